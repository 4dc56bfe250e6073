"""Which files a backfill takes: those under a prefix, or those that a manifest names."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import BinaryIO, Final

from geoclimate.contracts.backfill import (
    BACKFILL_PREFIX,
    CSV_MANIFEST_SUFFIX,
    MANIFEST_SUFFIXES,
    MOST_FILES,
    BackfillPlan,
    PlanRequest,
    plan_key,
    plan_lines,
    results_prefix,
)
from geoclimate.contracts.report import NO_UPLOADS
from geoclimate.domain.errors import InvalidInput, NotFound
from geoclimate.services.ports import ObjectStore, UploadBucket, UploadListing

_KEY_COLUMN: Final = "key"
_LONGEST_LINE: Final = 65_536
_JSON_LINES: Final = "application/jsonl"


def plan_backfill(
    request: PlanRequest, *, listing: UploadListing, uploads: UploadBucket, objects: ObjectStore, most_at_once: int
) -> BackfillPlan:
    """List the files of a backfill, each once, and write the list for the Distributed Map.

    Args:
        request: The execution's name and its input.
        listing: What lies in the bucket of uploads.
        uploads: That bucket, for the manifest.
        objects: That bucket, for the plan.
        most_at_once: The stage's bound on files that are taken at once.

    Raises:
        InvalidInput: The request asks for more at once than the stage's bound or for more than `MOST_FILES` files, or
            the manifest cannot be read; the message says what to do.
        NotFound: There is no such manifest, or nothing to take.
        Unavailable: The bucket does not answer.
    """
    wanted = request.request
    concurrency = wanted.concurrency or most_at_once
    if concurrency > most_at_once:
        raise InvalidInput(f"concurrency: this stage takes at most {most_at_once} files at once, not {concurrency}")
    if wanted.manifest is None:
        keys: Iterable[str] = (each.key for each in listing.under(wanted.source))
    else:
        keys = _manifest_keys(wanted.manifest, listing, uploads)
    # A dict keeps the order and says each key once.
    files: dict[str, None] = {}
    passed_over = 0
    for key in keys:
        if key in files or not is_file(key):
            passed_over += 1
            continue
        files[key] = None
        if len(files) > MOST_FILES:
            raise InvalidInput(f"{wanted.source} has more than {MOST_FILES:,} files: give a longer prefix")
    if not files:
        raise NotFound(f"there is no file to take in at '{wanted.source}': upload the files there first")
    key = plan_key(request.backfill_id)
    objects.put(key, plan_lines(files), _JSON_LINES)
    return BackfillPlan(
        backfill_id=request.backfill_id,
        source=wanted.source,
        key=key,
        files=len(files),
        passed_over=passed_over,
        results=results_prefix(request.backfill_id),
        concurrency=concurrency,
    )


def is_file(key: str) -> bool:
    """Whether a key is that of a file to take in, and not of a report, a mapping, a manifest or a folder."""
    return not key.endswith((*NO_UPLOADS, *MANIFEST_SUFFIXES, "/"))


def _manifest_keys(manifest: str, listing: UploadListing, uploads: UploadBucket) -> Iterator[str]:
    # A list needs no other right than that on the prefix; asking for an object that is missing would.
    if not any(each.key == manifest for each in islice(listing.under(manifest), 1)):
        raise NotFound(f"there is no manifest '{manifest}'")
    read = _csv_keys if manifest.endswith(CSV_MANIFEST_SUFFIX) else _json_keys
    with closing(uploads.open(manifest, None)) as stream:
        try:
            for line, key in read(stream):
                if not isinstance(key, str) or not key.startswith(BACKFILL_PREFIX) or key == BACKFILL_PREFIX:
                    message = f"line {line} of {manifest}: each key must begin with '{BACKFILL_PREFIX}', and this is "
                    raise InvalidInput(message + (f"'{key[:200]}'" if isinstance(key, str) else "none"))
                yield key
        except UnicodeDecodeError:
            raise InvalidInput(f"{manifest} is not UTF-8: save it as UTF-8") from None


def _csv_keys(stream: BinaryIO) -> Iterator[tuple[int, object]]:
    with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        rows = csv.DictReader(text, strict=True)
        try:
            if _KEY_COLUMN not in (rows.fieldnames or ()):
                raise InvalidInput("line 1 of the manifest: there is no column 'key': name it in the header")
            for row in rows:
                yield rows.line_num, row[_KEY_COLUMN]
        except csv.Error as error:
            raise InvalidInput(f"after line {rows.line_num} of the manifest: {error}: quote it as CSV does") from None


def _json_keys(stream: BinaryIO) -> Iterator[tuple[int, object]]:
    number = 0
    while line := stream.readline(_LONGEST_LINE):
        number += 1
        if not line.strip():
            continue
        try:
            key = json.loads(line)[_KEY_COLUMN]
            # JSON can escape half a character, which is no key.
            str(key).encode()
            yield number, key
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, UnicodeDecodeError):
                raise
            raise InvalidInput(f'line {number} of the manifest is no {{"key": "..."}}: write one a line') from None
