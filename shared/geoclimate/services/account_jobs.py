"""Begin jobs, tell how far they are, and cancel them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from geoclimate.contracts.jobs import MOST_INPUT_BYTES, ExportJob, PredictJob, ResultForm
from geoclimate.contracts.results import job_result_prefix
from geoclimate.domain.errors import Conflict, NotFound, Unavailable, UnusableValues
from geoclimate.domain.jobs import ACTIVE, Job
from geoclimate.domain.work_ids import new_work_id
from geoclimate.services.execution_ports import Workflow
from geoclimate.services.job_ports import JobFiles, JobStore
from geoclimate.services.model_registry import PRODUCTION, ModelRegistry
from geoclimate.services.ports import Clock, StationStore
from geoclimate.services.upload_ports import UploadForm, UploadForms

MOST_ACTIVE: Final = 5
_LOOKED_AT: Final = 100
_MOST_NAMED: Final = 20


def input_key(account: str, job: str) -> str:
    """Key of the table that a job is given."""
    return f"{job_result_prefix(account, job)}input"


def result_key(account: str, job: str, number: int, output: str) -> str:
    """Key of one file of a job's result."""
    return f"{job_result_prefix(account, job)}part-{number:05d}.{output}"


@dataclass(frozen=True, slots=True)
class AccountJobs:
    """The jobs of accounts.

    Attributes:
        store: Which there are.
        stations: What may be exported.
        models: What may predict.
        target: Parameter code that the models forecast.
        files: The bucket of results.
        forms: Signs forms and links.
        workflow: Does the work.
        clock: Tells the time.
        new_id: Gives an id that no other job has.
    """

    store: JobStore
    stations: StationStore
    models: ModelRegistry
    target: str
    files: JobFiles
    forms: UploadForms
    workflow: Workflow
    clock: Clock
    new_id: Callable[..., str] = new_work_id

    def begin(self, account: str, request: PredictJob | ExportJob) -> tuple[Job, UploadForm | None]:
        """Begin a job; the form fills its table where the request has none.

        Raises:
            UnusableValues: There is no station of some of the ids.
            NotFound: There is no such model.
            Conflict: The account has as many jobs under way as it may.
            Unavailable: A store, or who does the work, does not answer.
        """
        if request.kind == "export":
            self._require_stations(request)
        else:
            self._require_model(request)
        begun = self._begun_with_room(account)
        now = self.clock()
        name = self.new_id(now)
        awaits = request.kind == "predict" and request.table is None
        if request.kind == "predict" and request.table is not None:
            self.files.put(input_key(account, name), request.table.encode(), "text/plain; charset=utf-8")
        asked = request.model_dump_json(by_alias=True, exclude={"table"})
        job = Job(account, name, request.kind, asked, "awaiting_input" if awaits else "running", now)
        for _ in range(MOST_ACTIVE):
            if self.store.add(job, begun):
                break
            begun = self._begun_with_room(account)
        else:
            raise Conflict("Other jobs of yours are being begun at this moment; repeat the request.")
        try:
            self.workflow.start(name, {"account": account, "job": name})
        except Unavailable:
            self.store.end(account, name, "failed", now, "It could not be started. Begin it again.")
            raise
        return job, self.forms.form(input_key(account, name), MOST_INPUT_BYTES, now) if awaits else None

    def _begun_with_room(self, account: str) -> int:
        """How many jobs an account has begun, of which fewer are under way than may be."""
        begun = self.store.begun(account)
        active = sum(job.state in ACTIVE for job in self.store.newest(account, None, _LOOKED_AT))
        if active >= MOST_ACTIVE:
            raise Conflict(f"{active} of your jobs are under way; wait for one, or cancel it with DELETE /v1/jobs/...")
        return begun

    def _require_stations(self, request: ExportJob) -> None:
        known = self.stations.get_together(request.stations)
        unknown = [
            (f"/job/stations/{place}", f"names '{station}', which is no station: GET /v1/stations lists them")
            for place, station in enumerate(request.stations)
            if station not in known
        ]
        if unknown:
            raise UnusableValues(unknown[:_MOST_NAMED], len(unknown))

    def _require_model(self, request: PredictJob) -> None:
        # Before a table of 100 MB is sent for it; the job looks again, as the model may go meanwhile.
        if request.model not in (None, PRODUCTION) and self.models.get(self.target, str(request.model)) is None:
            raise NotFound(f"There is no version {request.model} of the {self.target} model.")

    def get(self, account: str, job: str) -> Job:
        """One of an account's jobs.

        Raises:
            NotFound: The account has no such job.
            Unavailable: The store does not answer.
        """
        found = self.store.get(account, job)
        if found is None:
            raise NotFound(f"You have no job {job}.")
        return found

    def results(self, job: Job) -> Sequence[str]:
        """Addresses of the files of a job that has succeeded, for a few minutes; none before."""
        if job.state != "succeeded":
            return ()
        output = output_of(job)
        return [self.forms.link(result_key(job.account, job.id, number, output)) for number in range(job.files)]

    def newest(self, account: str, before: str | None, most: int) -> Sequence[Job]:
        """An account's jobs, the newest first.

        Raises:
            Unavailable: The store does not answer.
        """
        return self.store.newest(account, before, most)

    def cancel(self, account: str, job: str) -> Job:
        """End a job; what it has written goes with the other results. One that has ended stays as it is.

        Raises:
            NotFound: The account has no such job.
            Conflict: It has ended already.
            Unavailable: A store does not answer.
        """
        found = self.get(account, job)
        if not self.store.end(account, job, "cancelled", self.clock()) and found.state != "cancelled":
            raise Conflict(f"Job {job} has ended already: it {found.state}.")
        self.workflow.stop(job, "its owner cancelled it")
        return self.get(account, job)


def output_of(job: Job) -> ResultForm:
    """The form of a job's result."""
    if job.kind == "predict":
        return PredictJob.model_validate_json(job.request).output
    return ExportJob.model_validate_json(job.request).output
