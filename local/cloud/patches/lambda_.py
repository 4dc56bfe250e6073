"""Python functions fail, end and import as they do in AWS."""

import importlib.metadata
import queue
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.sagemaker_standin.errors import UnsupportedVersionError
from local.sagemaker_standin.patching import private, replace

_SCRIPT: Final = "_PYTHON_WORKER_SCRIPT"
_FAILED: Final = '_real_stdout.write(json.dumps({"status": "error", "error": str(e), "trace": traceback.format_exc()})'
_ENDED: Final = "        _real_stdout.flush()\n"
_STARTED: Final = "import sys, json, importlib, traceback, os, time\n"
_END_MARK: Final = "\x00end"
_DRAIN_S: Final = 0.25
# What AWS's Python runtime brings besides the standard library.
_RUNTIME_PACKAGES: Final = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")


def name_errors_by_class() -> None:
    """A failed Python function reports `Runtime.HandlerError`, whatever it raised.

    AWS reports the class's name, and a Retry or Catch of a state machine matches by it. With it come the stack's lines
    and the request id, as AWS gives them.
    """
    _edit_script(
        _FAILED,
        '_real_stdout.write(json.dumps({"status": "error", "error": str(e), "trace": traceback.format_exc(), '
        '"error_type": type(e).__name__, "request_id": context.aws_request_id, '
        '"stack": traceback.format_tb(e.__traceback__)[1:]})',
    )
    failures = threading.local()

    def noting(invoke: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def invoke_worker(*arguments: Any, **options: Any) -> dict[str, Any]:
            failures.last = invoke(*arguments, **options)
            result: dict[str, Any] = failures.last
            return result

        return invoke_worker

    def naming(execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def execute_warm(*arguments: Any, **options: Any) -> dict[str, Any]:
            failures.last = {}
            result = execute(*arguments, **options)
            body, failure = result.get("body"), failures.last
            if result.get("error") and isinstance(body, dict) and "error_type" in failure:
                body["errorType"] = failure["error_type"]
                body["requestId"] = failure["request_id"]
                body["stackTrace"] = failure["stack"]
            return result

        return execute_warm

    lambda_runtime.Worker.invoke = noting(lambda_runtime.Worker.invoke)
    replace(lambda_svc, "_execute_function_warm", naming)


def mark_the_end_of_logs() -> None:
    """Each call of a function that logs nothing takes 50 ms more: MiniStack waits for a first line on stderr.

    The worker writes a mark on stderr after each call, and MiniStack reads to the mark instead of waiting for silence.
    A function's lines so also always belong to their own call.
    """
    mark = f"        sys.stderr.write({_END_MARK + chr(10)!r})\n        sys.stderr.flush()\n"
    _edit_script(_ENDED, mark + _ENDED, last=True)
    drain = lambda_runtime.Worker._drain_stderr_bounded  # noqa: SLF001 - no public name

    def drain_to_mark(worker: Any, *arguments: Any, **options: Any) -> str:
        if not str(worker.config.get("Runtime", "")).startswith("python"):
            return str(drain(worker, *arguments, **options))
        return read_to_mark(worker._stderr_queue)  # noqa: SLF001 - no public name

    lambda_runtime.Worker._drain_stderr_bounded = drain_to_mark  # noqa: SLF001 - no public name


def read_to_mark(lines: "queue.Queue[str]") -> str:
    """The lines up to the mark; what is there after a quarter of a second where no mark comes."""
    taken: list[str] = []
    deadline = time.monotonic() + _DRAIN_S
    while True:
        try:
            line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return "\n".join(taken)
        if line.endswith(_END_MARK):
            # What was printed without a line break stands before the mark.
            rest = line.removesuffix(_END_MARK)
            return "\n".join([*taken, rest] if rest else taken)
        taken.append(line)


def hide_the_servers_packages() -> None:
    """A function imports all that is installed beside the server, so a package missing from its layers goes unnoticed.

    In AWS there is nothing but the standard library, boto3 with what it needs, the layers and the code. Everything else
    of the server's environment is taken off the worker's path.
    """
    runtime = Path(tempfile.gettempdir()) / "runtime"
    _link_runtime(runtime)
    _edit_script(
        _STARTED,
        _STARTED
        + 'sys.path[:] = [p for p in sys.path if "site-packages" not in p and "dist-packages" not in p]\n'
        + 'sys.meta_path[:] = [f for f in sys.meta_path if "__editable__" not in getattr(f, "__module__", "")]\n'
        + 'sys.path_hooks[:] = [h for h in sys.path_hooks if "__editable__" not in getattr(h, "__module__", "")]\n'
        + f"sys.path.append({str(runtime)!r})\n",
    )


def _link_runtime(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in _RUNTIME_PACKAGES:
        for file in importlib.metadata.files(name) or []:
            top = file.parts[0]
            if top not in {"..", "__pycache__"} and not (folder / top).exists():
                (folder / top).symlink_to(Path(str(importlib.metadata.distribution(name).locate_file(top))))


def _edit_script(piece: str, replacement: str, *, last: bool = False) -> None:
    """Replace a piece of the script that MiniStack's Python workers run.

    Raises:
        UnsupportedVersionError: The script does not hold the piece.
    """
    script: str = private(lambda_runtime, _SCRIPT)
    if piece not in script:
        raise UnsupportedVersionError(f"the Python worker of MiniStack holds no {piece!r}: port the patch")
    before, after = script.rsplit(piece, 1) if last else script.split(piece, 1)
    setattr(lambda_runtime, _SCRIPT, before + replacement + after)
