"""Checkpoints of a training job: a folder that is brought from S3 at the start and kept there while the job runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Self

from local.sagemaker_standin import storage
from local.sagemaker_standin.errors import JobError
from local.sagemaker_standin.script_mode import Layout
from local.sagemaker_standin.state import Document

CHECKPOINT_PATH = "/opt/ml/checkpoints"
"""SageMaker's default; here the folder `checkpoints` under SAGEMAKER_BASE_DIR, as `/opt/ml` is there."""
_EVERY_SECONDS = 1.0


class Checkpoints:
    """The checkpoint folder of one job.

    Args:
        s3: With the rights of the job's role.
        uri: Where they are kept, or None where the job keeps none.
        folder: Where the script writes them.
    """

    def __init__(self, s3: Any, uri: str | None, folder: Path) -> None:
        self._s3 = s3
        self._uri = uri
        self._folder = folder
        self._kept: dict[Path, tuple[int, int]] = {}
        self._due = time.monotonic() + _EVERY_SECONDS

    @classmethod
    def of(cls, job: Document, layout: Layout, s3: Any) -> Self:
        """Bring a job's earlier checkpoints into its folder.

        Raises:
            JobError: The role may not read them.
        """
        uri = job.get("CheckpointConfig", {}).get("S3Uri")
        found = cls(s3, uri, layout.checkpoints)
        if uri is not None:
            storage.fetch_folder(s3, uri, layout.checkpoints)
            found._kept = found._present()
        return found

    def save_when_due(self) -> None:
        """Save, but not more often than once a second.

        Raises:
            JobError: The role may not write them.
        """
        if time.monotonic() >= self._due:
            self.save()

    def save(self) -> None:
        """Upload every file that is new or has changed.

        Raises:
            JobError: The role may not write them.
        """
        if self._uri is None:
            return
        for path, version in self._present().items():
            if self._kept.get(path) == version:
                continue
            try:
                storage.store(self._s3, path, f"{self._uri.rstrip('/')}/{path.relative_to(self._folder).as_posix()}")
            except JobError:
                if path.exists():
                    raise
            self._kept[path] = version
        self._due = time.monotonic() + _EVERY_SECONDS

    def _present(self) -> dict[Path, tuple[int, int]]:
        found: dict[Path, tuple[int, int]] = {}
        for path in sorted(self._folder.rglob("*")):
            try:
                status = path.stat()
            except FileNotFoundError:
                # A script replaces a checkpoint by renaming another file over it.
                continue
            if path.is_file():
                found[path] = (status.st_mtime_ns, status.st_size)
        return found
