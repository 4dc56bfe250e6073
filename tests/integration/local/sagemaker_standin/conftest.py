"""The local clouds that the stand-in's tests share, and one for those that stop and kill it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.local.sagemaker_standin.standin_cloud import Cloud, Eventually, Permissions, may_use, wait_until


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    running = Cloud(tmp_path_factory.mktemp("cloud"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A local cloud that a test may stop and kill."""
    running = Cloud(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def bucket(cloud: Cloud) -> str:
    return cloud.bucket()


@pytest.fixture(scope="session")
def role(cloud: Cloud, bucket: str) -> str:
    return cloud.role(*may_use(bucket))


@pytest.fixture(scope="session")
def permissions() -> Permissions:
    return may_use


@pytest.fixture(scope="session")
def eventually() -> Eventually:
    return wait_until
