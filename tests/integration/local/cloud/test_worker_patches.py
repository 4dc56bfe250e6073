"""How many processes the calls of one function get."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.cloud.patches.lambda_workers import WORKERS
from tests.integration.local.cloud.cases import cases, name_of
from tests.integration.local.cloud.servers import Clouds

MORE = 3
WAITS_S = 1.0


@cases("share_workers", right="shared", wrong="one each")
def test_calls_at_once_share_processes(clouds: Clouds, left_out: str | None, expected: Any) -> None:
    server, name = clouds(left_out), name_of("workers")
    code = f"import os, time\ndef handler(event, context):\n    time.sleep({WAITS_S})\n    return os.getpid()"
    server.function(name, code, server.role(name))
    with ThreadPoolExecutor(WORKERS + MORE) as pool:
        answers = list(pool.map(lambda _: server.invoke(name), range(WORKERS + MORE)))
    assert not [answer for answer, failed in answers if failed]
    processes = {answer for answer, _ in answers}
    assert ("shared" if len(processes) <= WORKERS else "one each") == expected
