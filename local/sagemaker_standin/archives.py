"""Model and source archives: packed as SageMaker packs them, unpacked without trusting them."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from local.sagemaker_standin.errors import ArchiveError


def pack(directories: Iterable[Path], archive: Path) -> None:
    """Write the contents of directories, together at the archive's root, into a tar.gz."""
    with tarfile.open(archive, "w:gz") as tar:
        for entry in sorted(entry for directory in directories for entry in directory.iterdir()):
            tar.add(entry, arcname=entry.name)


def unpack(archive: Path, directory: Path) -> None:
    """Unpack a tar.gz of plain files and folders into a directory.

    Every member is checked before the first is written, so a refused archive leaves nothing behind.

    Raises:
        ArchiveError: The file is no tar.gz, or a member is a link, a device, or lies outside the directory.
    """
    try:
        with tarfile.open(archive, "r:gz") as tar:
            members = tar.getmembers()
            for member in members:
                _check(member)
            directory.mkdir(parents=True, exist_ok=True)
            for member in members:
                _write(tar, member, directory)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ArchiveError(f"{archive.name} is not a readable tar.gz: {error}") from error


def _check(member: tarfile.TarInfo) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts:
        raise ArchiveError(f"archive member {member.name!r} lies outside the archive's root")
    if not (member.isfile() or member.isdir()):
        raise ArchiveError(f"archive member {member.name!r} is a link or a device: only files and folders are taken")


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, directory: Path) -> None:
    target = directory / member.name
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    source = tar.extractfile(member)
    if source is None:
        raise ArchiveError(f"archive member {member.name!r} has no contents")
    with source, target.open("wb") as written:
        shutil.copyfileobj(source, written)
    if member.mode & 0o100:
        target.chmod(0o755)
