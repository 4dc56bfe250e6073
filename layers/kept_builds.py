"""Which builds stay under `.build`: each tree that was ever built would otherwise lie there for good."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

# A tree has at most two builds of one name at a time (this interpreter's and the account's), so a second tree's stay.
_KEPT: Final = 4
_DIGEST: Final = "[0-9a-f]" * 16


def keep_newest(build: Path) -> None:
    """Mark a build as used now, and remove all but the newest few that differ from it in their digest alone.

    Args:
        build: A folder or file whose name has a digest of 16 hexadecimal digits after its last dash.
    """
    os.utime(build)
    name, _, rest = build.name.rpartition("-")
    builds = build.parent.glob(f"{name}-{_DIGEST}{''.join(Path(rest).suffixes)}")
    with (
        tempfile.TemporaryDirectory(dir=build.parent, prefix=".old-") as scratch,
        # Another build may clear up at the same time.
        contextlib.suppress(FileNotFoundError),
    ):
        for old in sorted(builds, key=lambda path: path.stat().st_mtime_ns)[:-_KEPT]:
            # Out of the way first: what is half removed must not be found as a build.
            shutil.move(old, scratch)
