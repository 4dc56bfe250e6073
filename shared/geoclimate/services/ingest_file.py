"""Take one uploaded file in: once by its content, row by row, with a report beside it.

Every step can be repeated: the store merges, the catalogue only grows, reports are overwritten with what they said. The
ledger is written last, so a run that was cut off anywhere is done again in full, and ends where one that was never cut
off would have ended.
"""

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Final, TextIO

from pydantic import ValidationError

from geoclimate.contracts.report import (
    ERRORS_SUFFIX,
    MOST_ERRORS,
    REPORT_SUFFIX,
    EarlierFile,
    FileProblem,
    IngestReport,
    Status,
)
from geoclimate.domain.delivery import AcceptedRow, Delivery, Row
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.formats import read_rows
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import RowRule
from geoclimate.services.ports import Clock, FileLedger, ObservationStore, StationStore, TakenFile, UploadBucket
from geoclimate.services.spool_upload import SpooledUpload, checked_text, spool_upload
from geoclimate.services.tally_rows import RowTally, row_tally

MERGED_AT_ONCE: Final = 20_000
"""Observations that are held in memory before they are stored: about 10 MB."""
_JSON: Final = "application/json"
_NDJSON: Final = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class IngestPorts:
    """What taking a file in needs of the outside world."""

    uploads: UploadBucket
    observations: ObservationStore
    stations: StationStore
    files: FileLedger
    clock: Clock


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload.

    Attributes:
        key: Object key.
        version: Version of the object, or None for the newest.
        uploaded_at: When it was uploaded, UTC.
    """

    key: str
    version: str | None
    uploaded_at: dt.datetime


def ingest_file(upload: Upload, ports: IngestPorts) -> IngestReport:
    """Take a file in and write the report beside it.

    A file of which no row was accepted was not taken, and one with rows in the future may be right tomorrow: neither
    goes into the ledger, so that uploading it again reads it again.

    Returns:
        The report; its `problem` says why a whole file could not be read, where that is so.

    Raises:
        NotFound: There is no such object, so there is no place for a report either.
        Unavailable: A part of the platform does not answer; the same call may succeed later.
    """
    return _Ingestion(upload, ports, ports.clock()).run()


class _Ingestion:
    """One run over one file."""

    def __init__(self, upload: Upload, ports: IngestPorts, began: dt.datetime) -> None:
        self._upload = upload
        self._ports = ports
        self._began = began

    def run(self) -> IngestReport:
        digest = None
        try:
            with (
                closing(self._ports.uploads.open(self._upload.key, self._upload.version)) as stream,
                spool_upload(stream) as spooled,
            ):
                digest = spooled.digest
                taken = self._ports.files.find(digest)
                return self._take(spooled) if taken is None else self._pass_over(taken)
        except UnreadableFile as error:
            problem = FileProblem(rule=error.rule, line=error.line, message=str(error))
            report = self._report(digest, "refused", problem=problem)
            self._write(report, error_list=None)
            return report

    def _pass_over(self, taken: TakenFile) -> IngestReport:
        earlier = EarlierFile(key=taken.key, taken_at=taken.taken_at)
        report = self._report(taken.digest, "duplicate", duplicate_of=earlier)
        existing = self._existing_report()
        # The report of the file's first time says more than that it came again.
        if existing is None or existing.digest != taken.digest:
            self._write(report, error_list=None)
        return report

    def _take(self, spooled: SpooledUpload) -> IngestReport:
        with row_tally() as tally:
            with checked_text(spooled) as text:
                self._store(text, spooled.digest, tally)
            self._ports.stations.extend(tally.stations)
            report = self._report_of(tally, spooled.digest)
            self._write(report, tally.error_list if tally.refused else None)
            if report.rows.accepted and not tally.refused_by_rule[RowRule.FUTURE]:
                self._ports.files.record(
                    TakenFile(
                        digest=spooled.digest,
                        key=self._upload.key,
                        taken_at=report.finished_at,
                        accepted=report.rows.accepted,
                        refused=report.rows.refused,
                    )
                )
            return report

    def _store(self, text: TextIO, digest: str, tally: RowTally) -> None:
        rows = read_rows(text, Delivery(digest, self._upload.uploaded_at, self._began))
        accepted = self._accepted(rows, tally)
        while batch := list(islice(accepted, MERGED_AT_ONCE)):
            tally.add_stored(self._ports.observations.merge(batch))

    def _accepted(self, rows: Iterator[Row], tally: RowTally) -> Iterator[Observation]:
        for row in rows:
            tally.add_row(row)
            if isinstance(row, AcceptedRow):
                yield row.observation

    def _report_of(self, tally: RowTally, digest: str) -> IngestReport:
        counts = tally.counts
        status: Status = "refused"
        if counts.accepted:
            status = "partly_accepted" if counts.refused else "accepted"
        first, last = tally.span or (None, None)
        return self._report(
            digest,
            status,
            rows=counts,
            refused_by_rule=dict(sorted(tally.refused_by_rule.items())),
            skipped_by_rule=dict(sorted(tally.skipped_by_rule.items())),
            flagged_by_flag=dict(sorted(tally.flagged_by_flag.items())),
            stations=tuple(station.id for station in tally.stations),
            parameters=tally.parameters,
            first=first,
            last=last,
            first_errors=tuple(tally.first_errors),
            errors_key=self._upload.key + ERRORS_SUFFIX if counts.refused else None,
            errors_complete=counts.refused <= MOST_ERRORS,
        )

    def _report(self, digest: str | None, status: Status, **content: Any) -> IngestReport:
        finished = self._ports.clock()
        return IngestReport(
            file=self._upload.key,
            version=self._upload.version,
            digest=digest,
            status=status,
            uploaded_at=self._upload.uploaded_at,
            finished_at=finished,
            duration_ms=(finished - self._began) // dt.timedelta(milliseconds=1),
            **content,
        )

    def _write(self, report: IngestReport, error_list: BinaryIO | None) -> None:
        if error_list is None and (existing := self._existing_report()) is not None and existing.errors_key is not None:
            # A list of errors that are mended would mislead whoever opens it.
            error_list = io.BytesIO()
        if error_list is not None:
            error_list.seek(0)
            self._ports.uploads.write_beside(self._upload.key, ERRORS_SUFFIX, error_list, _NDJSON)
        body = report.model_dump_json(indent=2).encode() + b"\n"
        self._ports.uploads.write_beside(self._upload.key, REPORT_SUFFIX, io.BytesIO(body), _JSON)

    def _existing_report(self) -> IngestReport | None:
        body = self._ports.uploads.read_beside(self._upload.key, REPORT_SUFFIX)
        if body is None:
            return None
        try:
            return IngestReport.model_validate_json(body)
        except ValidationError:
            # Of an older version of the platform, or put there by somebody else: it will be overwritten.
            return None
