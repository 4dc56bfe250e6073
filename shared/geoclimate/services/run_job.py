"""One step of a job: read where it stands, do some of it, write that down."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from geoclimate.columnar.series_table import read_series_table, table_file
from geoclimate.contracts.jobs import MOST_INPUT_BYTES, ExportJob, JobStepRequest, JobStepResult, PredictJob
from geoclimate.domain.errors import InvalidInput, ModelNotServed, NotFound
from geoclimate.domain.jobs import ACTIVE, Job
from geoclimate.services.account_jobs import input_key, output_of, result_key
from geoclimate.services.export_job import SCHEMAS, export_part
from geoclimate.services.job_ports import IssuedForecasts, JobFiles, JobStore, Progress
from geoclimate.services.ports import Clock, ObservationStore, StationStore
from geoclimate.services.predict_job import SCHEMA, predict_part, require_sound
from geoclimate.services.predict_series import SeriesPredictor

MOST_ROWS: Final = 2_000_000
MOST_PREDICTED: Final = 20_000
_WAITS: Final = dt.timedelta(minutes=20)
"""For the table; the form is good for a quarter of an hour, and a large file takes its time."""
_MEDIA_TYPES: Final = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_NO_TABLE: Final = "No table was sent. Begin it again and send one by its form."
_OURS: Final = "It failed for a reason that is ours; the operator sees it in the logs. Begin it again."
Columns = dict[str, list[object]]


@dataclass(frozen=True, slots=True)
class _Part:
    """What a step came to."""

    columns: Columns
    schema: pa.Schema
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class JobRunner:
    """Does jobs, a step at a time.

    Attributes:
        store: Where the jobs are.
        files: The bucket of results.
        predictor: Gives who predicts with a version, or with the one in production, and that version.
        stations: Where it was observed.
        observations: What was observed.
        forecasts: What was forecast.
        clock: Tells the time.
    """

    store: JobStore
    files: JobFiles
    predictor: Callable[[str | None], tuple[SeriesPredictor, str]]
    stations: StationStore
    observations: ObservationStore
    forecasts: IssuedForecasts
    clock: Clock

    def step(self, request: JobStepRequest) -> JobStepResult:
        """Do the next part of a job, after what the store says is done; so a step whose answer was lost is not lost.

        Raises:
            Unavailable: A store, or everybody who could predict, does not answer.
        """
        job = self.store.get(request.account, request.job)
        if job is None or job.state not in ACTIVE:
            return JobStepResult(next="end")
        if request.broken:
            self.store.end(job.account, job.id, "failed", self.clock(), _OURS)
            return JobStepResult(next="end")
        if job.total is not None and job.done >= job.total:
            self.store.end(job.account, job.id, "succeeded", self.clock())
            return JobStepResult(next="end")
        try:
            part = self._part(job, job.done)
        except (InvalidInput, NotFound, ModelNotServed) as error:
            # What was sent cannot be used; its owner reads why.
            self.store.end(job.account, job.id, "failed", self.clock(), str(error))
            return JobStepResult(next="end")
        if part is None:
            return self._wait(job)
        return self._written(job, part)

    def _part(self, job: Job, position: int) -> _Part | None:
        if job.kind == "export":
            export = ExportJob.model_validate_json(job.request)
            columns, done, total = export_part(export, position, self.stations, self.observations, self.forecasts)
            return _Part(columns, SCHEMAS[export.what], done, total)
        request = PredictJob.model_validate_json(job.request)
        try:
            content = self.files.get(input_key(job.account, job.id), MOST_INPUT_BYTES)
        except NotFound:
            return None
        predictor, version = self.predictor(request.model)
        table = read_series_table(content, request.input, predictor.spec.parameters, MOST_ROWS)
        if len(table.names) > MOST_PREDICTED:
            raise InvalidInput(f"The table has {len(table.names):,} series; {MOST_PREDICTED:,} are taken.")
        # A form can be sent twice while it is good, also while the job runs.
        require_sound(table, self.clock())
        if job.total not in (None, len(table.names)):
            raise InvalidInput("The table was sent again, with other series. Begin another job for it.")
        made = predict_part(table, position, predictor, version)
        return _Part(made.columns, SCHEMA, made.done, made.total)

    def _wait(self, job: Job) -> JobStepResult:
        if self.clock() > job.created_at + _WAITS:
            self.store.end(job.account, job.id, "failed", self.clock(), _NO_TABLE)
            return JobStepResult(next="end")
        return JobStepResult(next="wait")

    def _written(self, job: Job, part: _Part) -> JobStepResult:
        output = output_of(job)
        # The file's number follows from what was written before, so a repeated step replaces its own file.
        key = result_key(job.account, job.id, job.files, output)
        self.files.put(key, table_file(part.columns, part.schema, output), _MEDIA_TYPES[output])
        rows = len(next(iter(part.columns.values())))
        progress = Progress(part.done, part.total, job.files + 1, job.rows + rows)
        if not self.store.go_on(job.account, job.id, progress):
            return JobStepResult(next="end")
        if part.done < part.total:
            return JobStepResult(next="go_on")
        self.store.end(job.account, job.id, "succeeded", self.clock())
        return JobStepResult(next="end")
