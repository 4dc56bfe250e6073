"""A stand-in for Amazon SageMaker inside MiniStack, which has none.

Training jobs and endpoints really run, as child processes of the local cloud, with the credentials of their roles.
The launcher calls ``install`` before MiniStack serves, ``restore`` when it serves and its state is loaded, and
``shutdown`` on a clean stop. What the stand-in knows is in one file under ``state_dir`` that is written at every
change, so a ``kill -9`` loses nothing and ``restore`` brings the endpoints back.

It is for one account and one region, as a developer's machine has.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from local.sagemaker_standin import cloudformation, iam, routing, workflow
from local.sagemaker_standin.endpoints import Endpoints
from local.sagemaker_standin.jobs import TrainingJobs
from local.sagemaker_standin.limits import Limits
from local.sagemaker_standin.patching import require_supported_version
from local.sagemaker_standin.service import Service
from local.sagemaker_standin.state import open_store

__all__ = ["Limits", "install", "restore", "shutdown"]


@dataclass(frozen=True)
class _Installed:
    jobs: TrainingJobs
    endpoints: Endpoints


_installed: list[_Installed] = []


def install(state_dir: Path, endpoint_url: str, limits: Limits | None = None) -> None:
    """Register SageMaker with the MiniStack of this process.

    Args:
        state_dir: Where the stand-in keeps its state, its jobs' folders and its endpoints' models.
        endpoint_url: Where MiniStack will serve.
        limits: The service's waits, shortened by tests.

    Raises:
        UnsupportedVersionError: Another MiniStack than the pinned one is installed.
        RuntimeError: It is installed already.
        ValueError: The state file is damaged.
    """
    require_supported_version()
    if _installed:
        raise RuntimeError("the SageMaker stand-in is installed already: its hooks are for the whole process")
    waits = limits or Limits()
    store = open_store(state_dir / "sagemaker.json")
    jobs = TrainingJobs(store, state_dir / "training", endpoint_url, waits)
    endpoints = Endpoints(store, state_dir / "endpoints", endpoint_url, waits)
    service = Service(store, jobs, endpoints)
    routing.register(service)
    iam.register()
    workflow.register(service)
    cloudformation.register(service)
    _installed.append(_Installed(jobs, endpoints))


def restore() -> None:
    """Bring the endpoints back, and fail the jobs that a restart broke off; call it from a thread, once serving."""
    for installed in _installed:
        installed.jobs.fail_interrupted()
        installed.endpoints.restore()


def shutdown() -> None:
    """End the child processes; the endpoints come back with the next ``restore``."""
    for installed in _installed:
        installed.jobs.shutdown()
        installed.endpoints.shutdown()
