"""Saves the state while the server runs, so that a kill loses seconds and not the day."""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from ministack import app as ministack_app
from ministack.core import persistence
from ministack.services import lambda_svc, stepfunctions

_log = logging.getLogger(__name__)
PERIOD_S: Final = 10.0
_LONGEST_PERIOD_S: Final = 60.0
_SHARE: Final = 0.05
"""Of the time may be spent on saving: logs only grow, and copying all of them stops the answers meanwhile."""
_ATTEMPTS: Final = 20
_RETRY_S: Final = 0.05
AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]
StateOf = Callable[[], Any]


class Saver:
    """Writes every service's state within `PERIOD_S` seconds of what may have changed it, or a minute if it is much.

    It also replaces MiniStack's own save at a clean stop, so that both have the same care: a service's file is written
    whole beside the old one and renamed over it, and only where it changed.
    """

    def __init__(self) -> None:
        self._requests = 0
        self._digests: dict[str, bytes] = {}
        self._functions = b""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="state-saver", daemon=True)
        ministack_app.save_all = self.save

    def counting(self, app: AsgiApp) -> AsgiApp:
        """The same app; its requests are counted, as an idle cloud has nothing new to save."""

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            self._requests += 1
            await app(scope, receive, send)

        return counted

    def start(self) -> None:
        """Begin to save."""
        self._thread.start()

    def stop(self) -> None:
        """End, after a save that is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def save(self, services: Mapping[str, StateOf]) -> None:
        """Save each service by its name and the function that copies its state; log the ones that cannot be saved."""
        folder = Path(persistence.STATE_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for name, state_of in services.items():
            try:
                if name == "lambda":
                    self._save_functions(folder, state_of)
                else:
                    self._save_one(folder, name, _copied(name, state_of))
            except (OSError, RuntimeError, TypeError):
                # The file of the last save stands, and the other services are saved all the same.
                _log.exception("the state of %s was not saved", name)

    def _run(self) -> None:
        saved = -1
        was_busy = False
        period = PERIOD_S
        while not self._stopping.wait(period):
            seen, busy = self._requests, _workflows_run()
            if seen == saved and not busy and not was_busy:
                continue
            # What others do on this machine does not make a state larger.
            started = time.thread_time()
            self.save(ministack_app._build_persistence_save_dict())  # noqa: SLF001 - MiniStack has no public name for it
            saved, was_busy = seen, busy
            took = time.thread_time() - started
            period = next_period(took)
            _log.debug("state saved in %.2f s of processor time", took)

    def _save_one(self, folder: Path, name: str, state: Any) -> None:
        if state is None:
            return
        text = _encoded(name, state, persistence._json_default)  # noqa: SLF001 - the format is MiniStack's
        digest = hashlib.blake2b(text).digest()
        if self._digests.get(name) == digest:
            return
        temporary = folder / f"{name}.json.tmp"
        temporary.write_bytes(text)
        temporary.replace(folder / f"{name}.json")
        self._digests[name] = digest

    def _save_functions(self, folder: Path, state_of: StateOf) -> None:
        """Save the functions, and only then drop the code that nothing refers to any more.

        MiniStack drops it while it copies the state. Killed in between, the file on disk would still name that code.

        Layers are tens of megabytes, and writing them as text takes a second in which no request is answered; so it is
        first seen whether anything has changed.
        """
        prune = lambda_svc._prune_orphan_code_blobs  # noqa: SLF001 - the hook that this reorders
        referenced: list[set[str]] = []
        lambda_svc._prune_orphan_code_blobs = referenced.append  # noqa: SLF001 - the same hook
        try:
            state = _copied("lambda", state_of)
            seen = b"" if state is None else hashlib.blake2b(_encoded("lambda", state, _named)).digest()
            if seen != self._functions:
                self._save_one(folder, "lambda", state)
                self._functions = seen
        finally:
            lambda_svc._prune_orphan_code_blobs = prune  # noqa: SLF001 - the same hook
        if referenced:
            prune(referenced[-1])


def next_period(took_s: float) -> float:
    """Seconds until the next save, after one that took so much processor time."""
    return min(max(PERIOD_S, took_s / _SHARE), _LONGEST_PERIOD_S)


def _copied(name: str, state_of: StateOf) -> Any:
    """A copy of a service's state; again where requests changed it meanwhile.

    Raises:
        RuntimeError: It kept changing.
    """
    for _ in range(_ATTEMPTS):
        try:
            return state_of()
        except RuntimeError:  # "dictionary changed size during iteration"
            time.sleep(_RETRY_S)
    raise RuntimeError(f"the state of {name} kept changing while it was copied")


def _encoded(name: str, state: Any, encode: Callable[[Any], Any]) -> bytes:
    """The state as MiniStack reads it back, one part at a time so that requests are answered in between.

    Args:
        name: The service.
        state: Its state, by part.
        encode: Gives what JSON has no form for in one that it has.
    """
    version = persistence._state_format_version(name)  # noqa: SLF001 - the format is MiniStack's
    parts = [f"{json.dumps(key)}: {json.dumps(part, default=encode)}" for key, part in state.items()]
    return f'{{"__ministack_format__": {version}, "payload": {{{", ".join(parts)}}}}}'.encode()


def _named(value: Any) -> Any:
    """As MiniStack encodes it, but bytes by their hash, which Python keeps with them once it is known."""
    if isinstance(value, bytes):
        return [len(value), hash(value)]
    return persistence._json_default(value)  # noqa: SLF001 - the format is MiniStack's


def _workflows_run() -> bool:
    executions = list(stepfunctions._executions._data.values())  # noqa: SLF001 - no public name
    return any(execution.get("status") == "RUNNING" for execution in executions)
