"""Take one uploaded file in: once by its content, batch by batch, with a report beside it.

Every step can be repeated: the stores merge, the lake's files and the report are overwritten with what they said, the
catalogue only grows. The ledger is written last, so a run that was cut off anywhere is done again in full, and ends
where one that was never cut off would have ended.
"""

import datetime as dt
import io
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from pydantic import ValidationError

from geoclimate.contracts.report import (
    ERRORS_SUFFIX,
    MOST_ERRORS,
    PREVIEW_PREFIX,
    REPORT_SUFFIX,
    EarlierFile,
    FileProblem,
    IngestReport,
    RowCounts,
    Status,
)
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.quality import RowRule
from geoclimate.services.list_refusals import RefusalList, refusal_list
from geoclimate.services.locate_stations import locate_stations
from geoclimate.services.moved_stations import moved_stations
from geoclimate.services.ports import (
    Clock,
    CountryFinder,
    FileLedger,
    Lake,
    ObservationStore,
    StationStore,
    TakenFile,
    UploadBucket,
    WeatherForecastStore,
)
from geoclimate.services.read_upload import (
    FoundMapping,
    ObservationRows,
    Recognition,
    WeatherRows,
    find_mapping,
    opened_upload,
)
from geoclimate.services.spool_upload import SpooledUpload, spool_upload
from geoclimate.services.store_rows import RowPreview, RowSink, RowStorage
from geoclimate.services.take_observations import take_observations
from geoclimate.services.take_weather import WeatherPreview, WeatherSink, WeatherStorage, take_weather

_JSON: Final = "application/json"
_NDJSON: Final = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class IngestPorts:
    """What taking a file in needs of the outside world."""

    uploads: UploadBucket
    observations: ObservationStore
    weather: WeatherForecastStore
    stations: StationStore
    files: FileLedger
    lake: Lake
    country_at: CountryFinder
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

    @property
    def is_preview(self) -> bool:
        """Whether the file is only to be checked and compared."""
        return self.key.startswith(PREVIEW_PREFIX)


def ingest_file(upload: Upload, ports: IngestPorts) -> IngestReport:
    """Take a file in and write the report beside it; a preview is only checked and compared.

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
        self._recognition = Recognition(self._mapping_beside)

    def run(self) -> IngestReport:
        digest = None
        try:
            with (
                closing(self._ports.uploads.open(self._upload.key, self._upload.version)) as stream,
                spool_upload(stream) as spooled,
            ):
                digest = spooled.digest
                taken = self._taken_before(digest)
                if self._upload.is_preview:
                    return self._preview(spooled, taken)
                return self._take(spooled) if taken is None else self._pass_over(taken)
        except UnreadableFile as error:
            problem = FileProblem(rule=error.rule, line=error.line, message=str(error))
            report = self._report(digest, "refused", problem=problem)
            self._write(report, error_list=None)
            return report

    def _mapping_beside(self) -> FoundMapping | None:
        return find_mapping(self._upload.key, self._ports.uploads.read_mapping)

    def _taken_before(self, digest: str) -> TakenFile | None:
        taken = self._ports.files.find(digest)
        if taken is None or taken.mapping_digest is None:
            return taken
        mapping = self._mapping_beside()
        return taken if mapping is not None and mapping.digest == taken.mapping_digest else None

    def _pass_over(self, taken: TakenFile) -> IngestReport:
        report = self._report(taken.digest, "duplicate", duplicate_of=_earlier(taken))
        existing = self._existing_report()
        # The report of the file's first time says more than that it came again.
        if existing is None or existing.digest != taken.digest:
            self._write(report, error_list=None)
        return report

    def _preview(self, spooled: SpooledUpload, taken: TakenFile | None) -> IngestReport:
        with refusal_list() as refused:
            content = self._content(spooled, refused)
            if taken is not None:
                content["duplicate_of"] = _earlier(taken)
            report = self._report_of(refused, spooled.digest, content)
            self._write(report, refused.listed if refused.count else None)
            return report

    def _take(self, spooled: SpooledUpload) -> IngestReport:
        with refusal_list() as refused:
            report = self._report_of(refused, spooled.digest, self._content(spooled, refused))
            self._write(report, refused.listed if refused.count else None)
            if report.rows.accepted and not refused.by_rule[RowRule.FUTURE]:
                mapping = self._recognition.mapping
                self._ports.files.record(
                    TakenFile(
                        digest=spooled.digest,
                        key=self._upload.key,
                        taken_at=report.finished_at,
                        accepted=report.rows.accepted,
                        refused=report.rows.refused,
                        mapping_digest=None if mapping is None else mapping.digest,
                    )
                )
            return report

    def _content(self, spooled: SpooledUpload, refused: RefusalList) -> dict[str, Any]:
        """What the rows came to, as fields of the report."""
        delivery = Delivery(spooled.digest, self._upload.uploaded_at, self._began, self._upload.key)
        with opened_upload(spooled, delivery, self._recognition) as rows:
            if isinstance(rows, WeatherRows):
                return self._weather(rows, delivery, refused)
            return self._observations(rows, delivery, refused)

    def _observations(self, rows: ObservationRows, delivery: Delivery, refused: RefusalList) -> dict[str, Any]:
        ports = self._ports
        preview = RowPreview(ports.observations, delivery) if self._upload.is_preview else None
        sink: RowSink = preview or RowStorage(ports.lake, ports.observations, delivery)
        tally = take_observations(rows, delivery, sink, refused, self._recognition.value_column)
        stations = tally.stations
        known = {station.id: before for station in stations if (before := ports.stations.get(station.id))}
        if preview is None:
            ports.stations.extend(locate_stations(stations, known, ports.country_at))
        first, last = tally.span or (None, None)
        return {
            "rows": tally.counts,
            "skipped_by_rule": dict(sorted(tally.skipped_by_rule.items())),
            "flagged_by_flag": dict(sorted(tally.flagged_by_flag.items())),
            "stations": tuple(station.id for station in stations),
            "moved_stations": moved_stations(stations, known),
            "parameters": tally.parameters,
            "first": first,
            "last": last,
            "differences": () if preview is None else tuple(preview.differences),
        }

    def _weather(self, rows: WeatherRows, delivery: Delivery, refused: RefusalList) -> dict[str, Any]:
        ports = self._ports
        preview = WeatherPreview(ports.weather, delivery) if self._upload.is_preview else None
        sink: WeatherSink = preview or WeatherStorage(ports.lake, ports.weather, delivery)
        tally = take_weather(rows, sink, refused)
        stations = tuple(sorted(tally.stations))
        first, last = tally.span or (None, None)
        return {
            "rows": tally.counts(refused.count),
            "stations": stations,
            "unknown_stations": tuple(station for station in stations if ports.stations.get(station) is None),
            "grid_points": tally.grid_points,
            "parameters": tuple(sorted(tally.parameters)),
            "first": first,
            "last": last,
        }

    def _report_of(self, refused: RefusalList, digest: str, content: Mapping[str, Any]) -> IngestReport:
        counts: RowCounts = content["rows"]
        status: Status = "refused"
        if counts.accepted:
            status = "partly_accepted" if counts.refused else "accepted"
        return self._report(
            digest,
            status,
            refused_by_rule=dict(sorted(refused.by_rule.items())),
            first_errors=tuple(refused.first),
            errors_key=self._upload.key + ERRORS_SUFFIX if counts.refused else None,
            errors_complete=counts.refused <= MOST_ERRORS,
            **content,
        )

    def _report(self, digest: str | None, status: Status, **content: Any) -> IngestReport:
        finished = self._ports.clock()
        mapping = self._recognition.mapping
        return IngestReport(
            file=self._upload.key,
            version=self._upload.version,
            digest=digest,
            status=status,
            preview=self._upload.is_preview,
            format=self._recognition.format,
            mapping_key=None if mapping is None else mapping.key,
            uploaded_at=self._upload.uploaded_at,
            finished_at=finished,
            duration_ms=(finished - self._began) // dt.timedelta(milliseconds=1),
            **content,
        )

    def _write(self, report: IngestReport, error_list: BinaryIO | None) -> None:
        existing = self._existing_report()
        if existing is not None and existing.uploaded_at > self._upload.uploaded_at:
            # The object was overwritten meanwhile, and its newer version was read first.
            return
        if error_list is None and existing is not None and existing.errors_key is not None:
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


def _earlier(taken: TakenFile) -> EarlierFile:
    return EarlierFile(key=taken.key, taken_at=taken.taken_at)
