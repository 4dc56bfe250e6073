"""Put the small files of a partition of the lake together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from geoclimate.columnar.lake_duplicates import RowIdentities, lake_order
from geoclimate.columnar.lake_rows import (
    Content,
    LakeRows,
    content_of,
    parquet_of,
    read_rows,
    read_rows_of,
    row_count,
)
from geoclimate.contracts.compaction import claim_key, compacted_name, is_compacted
from geoclimate.contracts.lake import Month, month_of
from geoclimate.contracts.workflows import CompactRequest, CompactResult
from geoclimate.domain.errors import IntegrityError
from geoclimate.services.lake_files import LakeFile, LakeFiles


@dataclass(frozen=True, slots=True)
class RoundBounds:
    """How much one round takes, so that neither its memory nor its time grows with the partition.

    Attributes:
        files: Files at most, two or more.
        size: Bytes of them at most.
        rows: Rows of them at most; 4 million take 1.1 GB.
    """

    files: int = 1_000
    size: int = 128 * 2**20
    rows: int = 4_000_000

    def is_full(self, size: int, rows: int) -> bool:
        """Whether a compacted file is left alone from now on: any two that are not full fit into one round."""
        return 2 * size > self.size or 2 * rows > self.rows


_BOUNDS: Final = RoundBounds()


@dataclass(frozen=True, slots=True)
class _Partition:
    """The files of a partition.

    Attributes:
        small: Written by uploads, by key.
        partial: Compacted and not full, smallest first.
        full: Compacted and full: their rows stay where they are.
    """

    small: Sequence[LakeFile]
    partial: Sequence[LakeFile]
    full: Sequence[LakeFile]

    @property
    def mergeable(self) -> Sequence[LakeFile]:
        """What a round can choose from; small files first, so that each round leaves fewer of them.

        A partial file alone is compact, unless a full one was written after it, which may hold some of its rows.
        """
        newest_full = max((file.modified for file in self.full), default=None)
        stale = newest_full is not None and any(file.modified <= newest_full for file in self.partial)
        return [*self.small, *self.partial] if self.small or len(self.partial) > 1 or stale else []


@dataclass(frozen=True, slots=True, eq=False)
class _Input:
    """What one round took.

    Attributes:
        files: The files.
        rows: All of their rows.
        content: The files' content, file by file.
    """

    files: Sequence[LakeFile]
    rows: LakeRows
    content: Content


def compact_partition(request: CompactRequest, *, files: LakeFiles, bounds: RoundBounds = _BOUNDS) -> CompactResult:
    """One round: write the rows of a bounded set of small files into one file, prove that it holds them, delete them.

    Rows are sorted by station, instrument, start and ingested_at. Every revision is kept; a row that a repeated attempt
    wrote again is dropped, whether it stands in these files or in a full one. Where the round is broken off, rows may
    stand in two files until the next one; none is ever lost.

    Returns:
        What was done up to here, and how many files are left to be merged by further rounds.

    Raises:
        Conflict: Another compaction of the partition is at work.
        IntegrityError: A file is damaged, or what was written is not what was read; no file was deleted.
        Unavailable: The lake does not answer.
    """
    month = Month(request.parameter, request.year, request.month)
    before = request.progress or CompactResult(**request.model_dump(exclude={"progress"}))
    with files.claim(claim_key(month)):
        found = _partition(month, files, bounds)
        taken = _take(found.mergeable, files, bounds)
        dropped = 0
        if taken is not None:
            dropped = _merge(taken, found.full, month, files)
            files.delete(taken.files)
            found = _partition(month, files, bounds)
    rows = 0 if taken is None else taken.content.rows - dropped
    return before.model_copy(
        update={
            "rounds": before.rounds + 1,
            "files_merged": before.files_merged + (0 if taken is None else len(taken.files)),
            "files_written": before.files_written + (1 if rows else 0),
            "rows": before.rows + rows,
            "duplicates": before.duplicates + dropped,
            "files_left": len(found.mergeable),
        }
    )


def _partition(month: Month, files: LakeFiles, bounds: RoundBounds) -> _Partition:
    small, partial, full = [], [], []
    for file in files.list_files(month.prefix):
        if month_of(file.key) != month:
            continue
        if not is_compacted(file.key):
            small.append(file)
        elif bounds.is_full(file.size, row_count(files.open(file), file.key)):
            full.append(file)
        else:
            partial.append(file)
    return _Partition(small, sorted(partial, key=lambda file: file.size), full)


def _take(choice: Sequence[LakeFile], files: LakeFiles, bounds: RoundBounds) -> _Input | None:
    """Read as many of the files as the bounds allow, one at least; None where there is none."""
    chosen: list[LakeFile] = []
    size = 0
    for file in choice:
        if len(chosen) < bounds.files and (not chosen or size + file.size <= bounds.size):
            chosen.append(file)
            size += file.size
    taken: list[LakeFile] = []
    parts: list[LakeRows] = []
    content = Content()
    for file, body in zip(chosen, files.read(chosen), strict=True):
        if body is None:
            continue
        source = pa.py_buffer(body)
        if taken and content.rows + row_count(source, file.key) > bounds.rows:
            continue
        taken.append(file)
        for part in read_rows(source, file.key):
            parts.append(part)
            content += content_of(part)
    return _Input(taken, LakeRows.concatenate(parts), content) if taken else None


def _merge(taken: _Input, full: Sequence[LakeFile], month: Month, files: LakeFiles) -> int:
    """Write what is new in the files, where anything is, and give the number of rows that were dropped."""
    rows = taken.rows
    identities = RowIdentities(rows)
    drop = identities.repeated.copy()
    digests = frozenset(rows.texts["file_digest"])
    for file in full:
        for stored in read_rows_of(files.open(file), file.key, digests):
            drop[identities.found_in(stored)] = True
    dropped = content_of(rows.take(drop))
    if dropped.rows == len(rows):
        return dropped.rows
    order = lake_order(rows)
    key = month.prefix + compacted_name((file.key, file.etag) for file in taken.files)
    body = parquet_of(rows, order[~drop[order]])
    # Before it can be seen: a later round trusts what stands in the lake.
    if _content(body, key) != taken.content - dropped:
        raise IntegrityError(f"{key} would not hold the rows of the {len(taken.files)} files that it shall replace")
    files.write(key, body.to_pybytes())
    written = list(files.list_files(key))
    if [stored for stored in files.read(written) if stored is not None] != [body]:
        files.delete(written)
        raise IntegrityError(f"{key} does not hold what was written; the files that it should replace are still there")
    return dropped.rows


def _content(body: pa.Buffer, key: str) -> Content:
    content = Content()
    for part in read_rows(body, key):
        content += content_of(part)
    return content
