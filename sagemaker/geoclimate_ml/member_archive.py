"""Opening the archives that earlier jobs hand to the evaluation, without trusting them."""

import tarfile
import zlib
from pathlib import Path
from typing import Final

from geoclimate.domain.errors import IntegrityError, UnreadableFile

_ARCHIVE: Final = "model.tar.gz"
_MOST_BYTES: Final = 4 * 1024**3
_MOST_FILES: Final = 4096


def unpack_channel(channel: Path, into: Path) -> Path:
    """Unpack the one `model.tar.gz` below a channel.

    Args:
        channel: The channel's folder.
        into: Where to unpack; made anew.

    Returns:
        `into`.

    Raises:
        UnreadableFile: The channel holds no archive, or several.
        IntegrityError: The archive is damaged, too large, holds links, or would write outside its folder.
    """
    archives = sorted(channel.rglob(_ARCHIVE))
    if len(archives) != 1:
        raise UnreadableFile(channel.name, f"the channel holds {len(archives)} files {_ARCHIVE}, not one")
    into.mkdir(parents=True)
    size = 0
    try:
        with tarfile.open(archives[0], mode="r:gz") as tar:
            for count, member in enumerate(tar):
                size += member.size
                if size > _MOST_BYTES or count >= _MOST_FILES:
                    raise IntegrityError(f"{_ARCHIVE} of the channel {channel.name} holds too much")
                if not (member.isreg() or member.isdir()):
                    raise IntegrityError(f"{_ARCHIVE} of the channel {channel.name} holds {member.name}, no plain file")
                tar.extract(member, into, filter="data")
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise IntegrityError(f"{_ARCHIVE} of the channel {channel.name} cannot be unpacked: {error}") from error
    return into
