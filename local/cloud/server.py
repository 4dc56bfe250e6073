"""The server process: MiniStack with our patches and the SageMaker stand-in, in the foreground, until SIGTERM.

Import it only once the environment is set (`settings.ministack_environment`): MiniStack reads it while it is imported.
"""

import asyncio
import fcntl
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import IO, Final

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as ministack_app
from ministack.core import lambda_runtime

from local import sagemaker_standin
from local.cloud import pid_file
from local.cloud.background import answers, refuse_taken_port
from local.cloud.patches import apply_patches
from local.cloud.pid_file import Running
from local.cloud.processes import identity
from local.cloud.saver import Saver
from local.cloud.settings import HOST, CloudError, Settings
from local.sagemaker_standin.errors import UnsupportedVersionError
from local.sagemaker_standin.patching import require_supported_version

__all__ = ["UnsupportedVersionError", "serve"]
_READY_POLL_S: Final = 0.02


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then save the state.

    Raises:
        UnsupportedVersionError: MiniStack is another one than the patches were written for.
        CloudError: The port is taken, or the state is in use.
    """
    require_supported_version()
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with _lock(settings.state_dir):
        refuse_taken_port(settings.port)
        _fresh_temporary_folder(settings.state_dir)
        apply_patches(settings.without)
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    running = Running(os.getpid(), identity(os.getpid()) or "", settings.port, settings.auth, ready=False)
    pid_file.write(settings.state_dir, running)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    config = Config()
    config.bind = [f"{HOST}:{settings.port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 3
    config.loglevel = "WARNING"
    saver = Saver()

    async def until_stopped() -> None:
        # MiniStack saves once more when it is told to stop: no other save may be under way then.
        await stopping.wait()
        await asyncio.to_thread(saver.stop)

    sagemaker_standin.install(settings.state_dir, settings.url)
    try:
        server = asyncio.create_task(
            hypercorn_serve(saver.counting(ministack_app.app), config, shutdown_trigger=until_stopped)
        )
        getting_ready = asyncio.create_task(_get_ready(settings, running, saver))
        done, _ = await asyncio.wait({server, getting_ready}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        await server
        getting_ready.cancel()
    finally:
        saver.stop()
        sagemaker_standin.shutdown()
        lambda_runtime.reset()
        shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)
        pid_file.remove(settings.state_dir)


async def _get_ready(settings: Settings, running: Running, saver: Saver) -> None:
    await asyncio.to_thread(_wait_for_answer, settings.url)
    await asyncio.to_thread(sagemaker_standin.restore)
    saver.start()
    ready = Running(running.pid, running.who, running.port, running.auth, ready=True)
    pid_file.write(settings.state_dir, ready)


def _wait_for_answer(url: str) -> None:
    while not answers(url):
        time.sleep(_READY_POLL_S)


def _lock(state_dir: Path) -> IO[bytes]:
    """The folder's lock, which the kernel lets go of when this process ends, however it ends."""
    handle = (state_dir / "lock").open("wb")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise CloudError(f"{state_dir} is in use by another local cloud; stop it first") from error
    return handle


def _fresh_temporary_folder(state_dir: Path) -> None:
    """Every function's code is unpacked here; what a killed server left behind goes."""
    folder = state_dir / "tmp"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    tempfile.tempdir = str(folder)
