"""Starts and stops the server in the background."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from local.cloud import pid_file
from local.cloud.pid_file import Running
from local.cloud.processes import end_group, identity, wait_until_gone
from local.cloud.settings import HOST, PORT_VARIABLE, CloudError, Settings

_READY_S: Final = 60.0
_SAVE_S: Final = 60.0
_KILL_S: Final = 5.0
_POLL_S: Final = 0.05
_LOG_TAIL: Final = 20
# A first `make up` writes 1.9 GB; a cloud whose disk is full forgets what it has answered for.
_FREE_BYTES: Final = 2 * 2**30
_ROOT: Final = Path(__file__).resolve().parent.parent.parent


def start(
    port: int,
    state_dir: Path,
    log: Path,
    *,
    auth: bool,
    without: frozenset[str] = frozenset(),
    ready_s: float = _READY_S,
) -> Running:
    """Start the server on a state folder, or find it running there already, and wait until it answers.

    Args:
        port: Port on 127.0.0.1.
        state_dir: Folder of everything that survives a restart.
        log: File that the server's output is appended to.
        auth: Whether IAM is enforced.
        without: Patches to leave out; only the tests of the patches use it.
        ready_s: Seconds to wait for the server.

    Raises:
        CloudError: The port is taken, the same state is served elsewhere, the disk is nearly full, or the server ended
            or did not answer.
    """
    settings = Settings(port=port, state_dir=state_dir.absolute(), auth=auth, without=without)
    found = pid_file.read(settings.state_dir)
    if found is not None and found.alive:
        return _joined(settings, found, ready_s)
    if found is not None:
        _clear_up(settings.state_dir, found)
    refuse_taken_port(port)
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    refuse_full_disk(settings.state_dir)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
            [sys.executable, "-m", "local.cloud", *serve_arguments(settings)],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return _wait_until_ready(settings, process, log, ready_s)


def stop(state_dir: Path) -> bool:
    """Stop the server of a state folder and everything that it runs, its state saved.

    Returns:
        False where nothing ran.

    Raises:
        CloudError: A process could not be ended.
    """
    state_dir = state_dir.absolute()
    found = pid_file.read(state_dir)
    if found is None:
        return False
    ran = found.alive
    if ran:
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGTERM)
        if not wait_until_gone(found.pid, found.who, _SAVE_S):
            with contextlib.suppress(ProcessLookupError):
                os.kill(found.pid, signal.SIGKILL)
            wait_until_gone(found.pid, found.who, _KILL_S)
    _clear_up(state_dir, found)
    return ran


def status(state_dir: Path) -> Running | None:
    """The server of a state folder, where it runs and answers."""
    found = pid_file.read(state_dir.absolute())
    return found if found is not None and found.alive and found.ready and answers(found.url) else None


def serve_arguments(settings: Settings) -> list[str]:
    """The command line of the server."""
    arguments = ["serve", "--port", str(settings.port), "--state-dir", str(settings.state_dir)]
    if settings.auth:
        arguments.append("--auth")
    for name in sorted(settings.without):
        arguments += ["--without", name]
    return arguments


def refuse_taken_port(port: int) -> None:
    """Raise where something else listens on the port.

    Raises:
        CloudError: It is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server does: a connection that lingers from a server just ended is no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CloudError(
                f"port {port} on {HOST} is taken by another program ({error.strerror}); "
                f"stop that program, or choose another port: {PORT_VARIABLE}={port + 1} make up"
            ) from error


def refuse_full_disk(state_dir: Path) -> None:
    """Raise where the disk of a folder has too little room for a cloud's state.

    Raises:
        CloudError: It has less than 2 GiB.
    """
    free = shutil.disk_usage(state_dir).free
    if free < _FREE_BYTES:
        raise CloudError(
            f"the disk of {state_dir} has {free / 2**30:.1f} GiB free, and the local cloud wants {_FREE_BYTES >> 30}: "
            "make room there (make clean removes what this checkout built, and its local cloud's state)"
        )


def answers(url: str) -> bool:
    """Whether the server's health page answers; the environment's proxy is not asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/_ministack/health", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _joined(settings: Settings, found: Running, ready_s: float) -> Running:
    if found.port != settings.port:
        raise CloudError(
            f"the local cloud already serves {settings.state_dir} on port {found.port}; "
            f"stop it first (make down), or use that port: {PORT_VARIABLE}={found.port}"
        )
    if found.auth != settings.auth:
        raise CloudError(f"the local cloud on port {found.port} runs with auth={found.auth}; stop it first (make down)")
    deadline = time.monotonic() + ready_s
    while time.monotonic() < deadline:
        current = status(settings.state_dir)
        if current is not None:
            return current
        time.sleep(_POLL_S)
    raise CloudError(f"the local cloud (pid {found.pid}) runs on port {found.port} but does not answer; make down")


def _wait_until_ready(settings: Settings, process: subprocess.Popen[bytes], log: Path, ready_s: float) -> Running:
    deadline = time.monotonic() + ready_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CloudError(f"the local cloud ended (exit {process.returncode}); the end of {log}:\n{_tail(log)}")
        found = pid_file.read(settings.state_dir)
        if found is not None and found.pid == process.pid and found.ready:
            # It outlives this program, which is not to wait for it, nor to warn that it did not.
            process.returncode = 0
            return found
        time.sleep(_POLL_S)
    who = identity(process.pid)
    process.kill()
    if who is not None:
        wait_until_gone(process.pid, who, _KILL_S)
    process.wait()
    end_group(process.pid, _KILL_S)
    raise CloudError(f"the local cloud did not get ready within {ready_s:g} s; the end of {log}:\n{_tail(log)}")


def _clear_up(state_dir: Path, found: Running) -> None:
    if not end_group(found.pid, _KILL_S):
        raise CloudError(f"processes of the local cloud (group {found.pid}) do not end")
    with contextlib.suppress(ChildProcessError):
        # Where this very program started it, the system keeps its exit status until somebody asks.
        os.waitpid(found.pid, os.WNOHANG)
    pid_file.remove(state_dir)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LOG_TAIL:])
