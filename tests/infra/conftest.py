"""The synthesized stages."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from tests.infra.synthesis import CLOUD_STAGES, STAGES, Synthesis, synthesize


@pytest.fixture(scope="session")
def synthesis_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Synthesis]:
    base = tmp_path_factory.getbasetemp()
    # Under xdist each worker has a folder of its own, in one that they share.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return lru_cache(maxsize=None)(lambda stage: synthesize(stage, Path(shared)))


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, synthesis_of: Callable[[str], Synthesis]) -> Synthesis:
    """Each stage in turn."""
    return synthesis_of(request.param)


@pytest.fixture(params=CLOUD_STAGES)
def cloud_stage(request: pytest.FixtureRequest, synthesis_of: Callable[[str], Synthesis]) -> Synthesis:
    """Each stage that goes to AWS, in turn."""
    return synthesis_of(request.param)


@pytest.fixture
def local(synthesis_of: Callable[[str], Synthesis]) -> Synthesis:
    return synthesis_of("local")


@pytest.fixture
def dev(synthesis_of: Callable[[str], Synthesis]) -> Synthesis:
    return synthesis_of("dev")


@pytest.fixture
def prod(synthesis_of: Callable[[str], Synthesis]) -> Synthesis:
    return synthesis_of("prod")
