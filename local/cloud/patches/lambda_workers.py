"""Calls of a function share a few processes, as many as this machine can run."""

import os
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from ministack.services import lambda_svc

from local.sagemaker_standin.patching import replace

WORKERS: Final = 2 * (os.cpu_count() or 1)
"""Processes of one function: while one waits for a table another computes."""

_PATIENCE_S: Final = 20.0


def share_workers() -> None:
    """Each call that finds no free process of its function starts another one, without bound.

    On AWS each has a machine of its own. Here a hundred callers at once would make a hundred cold starts on a handful
    of cores, which end after the calls have timed out. So a call waits for a free process; not for ever, since a
    function could wait for a call of itself, which then needs one more.
    """
    slots: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(WORKERS))

    def sharing(execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def execute_warm(function: dict[str, Any], *arguments: Any) -> dict[str, Any]:
            slot = slots[(function.get("config") or function)["FunctionArn"]]
            taken = slot.acquire(timeout=_PATIENCE_S)
            try:
                return execute(function, *arguments)
            finally:
                if taken:
                    slot.release()

        return execute_warm

    replace(lambda_svc, "_execute_function_warm", sharing)
