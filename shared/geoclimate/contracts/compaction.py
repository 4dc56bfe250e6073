"""What compaction calls its objects in the lake's bucket; `contracts/lake.py` says where the rows lie.

| object | what it is |
|---|---|
| `<partition>/compacted-<sha256>.parquet` | the rows of other files of the partition, each once |
| `compacting/<parameter>/<YYYY>/<MM>` | there while a partition is compacted, and stays where that was broken off |
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from geoclimate.contracts.lake import Month

CLAIMS_PREFIX: Final = "compacting/"
"""Beginning of the keys of all claims."""

_COMPACTED: Final = "compacted-"
_CLAIM: Final = re.compile(rf"{CLAIMS_PREFIX}([a-z0-9_]+)/(\d{{4}})/(\d\d)")


def compacted_name(inputs: Iterable[tuple[str, str]]) -> str:
    """Name of the file that takes the place of others: the same inputs give the same name.

    Args:
        inputs: Key and entity tag of each file whose rows it holds.
    """
    lines = sorted(f"{key} {etag}\n" for key, etag in inputs)
    return f"{_COMPACTED}{hashlib.sha256(''.join(lines).encode()).hexdigest()}.parquet"


def is_compacted(key: str) -> bool:
    """Whether a file of the lake was written by compaction, and not by an upload."""
    return key.rsplit("/", 1)[-1].startswith(_COMPACTED)


def claim_key(month: Month) -> str:
    """Key of the object that says that a partition is being compacted."""
    return f"{CLAIMS_PREFIX}{month.parameter}/{month.year:04}/{month.month:02}"


def claimed_month(key: str) -> Month | None:
    """The partition of a claim, or None where the key is not one of a claim."""
    found = _CLAIM.fullmatch(key)
    return None if found is None else Month(found[1], int(found[2]), int(found[3]))
