"""Local clouds of their own for these tests: on free ports, with their state in temporary folders."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from local import cloud
from tests.integration.local.cloud.servers import Clouds, Server, Start, free_port


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts a server with IAM enforced; every one is stopped when the tests have ended."""
    started: list[Server] = []

    def start(*, without: frozenset[str] = frozenset()) -> Server:
        folder = tmp_path_factory.mktemp("cloud")
        server = Server(free_port(), folder / "state", folder / "cloud.log")
        started.append(server)
        cloud.start(server.port, server.state_dir, server.log, auth=True, without=without)
        return server

    yield start
    # Each waits for its workers to end; together they wait once.
    with ThreadPoolExecutor() as pool:
        list(pool.map(cloud.stop, [server.state_dir for server in started]))


@pytest.fixture(scope="session")
def server(start_server: Start) -> Server:
    """The local cloud as it is, shared by the tests that only use it."""
    return start_server()


@pytest.fixture(scope="session")
def clouds(start_server: Start, server: Server) -> Clouds:
    """The local cloud as it is for None, and one without the patch for a patch's name."""
    without: dict[str, Server] = {}

    def of(left_out: str | None) -> Server:
        if left_out is None:
            return server
        if left_out not in without:
            without[left_out] = start_server(without=frozenset({left_out}))
        return without[left_out]

    return of
