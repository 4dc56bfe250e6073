"""The synthesized stages."""

import os

import pytest

from tests.infra.synthesis import CLOUD_STAGES, STAGES, Synthesis, synthesize_all


@pytest.fixture(scope="session")
def syntheses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synthesis]:
    base = tmp_path_factory.getbasetemp()
    # Under xdist each worker has a folder of its own, in one that they share.
    return synthesize_all(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, syntheses: dict[str, Synthesis]) -> Synthesis:
    """Each stage in turn."""
    return syntheses[request.param]


@pytest.fixture(params=CLOUD_STAGES)
def cloud_stage(request: pytest.FixtureRequest, syntheses: dict[str, Synthesis]) -> Synthesis:
    """Each stage that goes to AWS, in turn."""
    return syntheses[request.param]


@pytest.fixture
def local(syntheses: dict[str, Synthesis]) -> Synthesis:
    return syntheses["local"]


@pytest.fixture
def dev(syntheses: dict[str, Synthesis]) -> Synthesis:
    return syntheses["dev"]


@pytest.fixture
def prod(syntheses: dict[str, Synthesis]) -> Synthesis:
    return syntheses["prod"]
