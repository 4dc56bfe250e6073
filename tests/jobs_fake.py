"""Jobs in memory."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.jobs import ACTIVE, Job, JobState
from geoclimate.services.job_ports import Progress


class JobsInMemory:
    """Implements `JobStore`."""

    def __init__(self) -> None:
        self.jobs: dict[tuple[str, str], Job] = {}

    def begun(self, account: str) -> int:
        return sum(one == account for one, _ in self.jobs)

    def add(self, job: Job, begun: int) -> bool:
        if begun != self.begun(job.account):
            return False
        self.jobs[job.account, job.id] = job
        return True

    def get(self, account: str, job: str) -> Job | None:
        return self.jobs.get((account, job))

    def newest(self, account: str, before: str | None, most: int) -> Sequence[Job]:
        own = sorted((one for one in self.jobs.values() if one.account == account), key=lambda one: one.id)
        return [one for one in reversed(own) if before is None or one.id < before][:most]

    def go_on(self, account: str, job: str, progress: Progress) -> bool:
        found = self.jobs.get((account, job))
        if found is None or found.state not in ACTIVE:
            return False
        self.jobs[account, job] = replace(
            found,
            state="running",
            done=progress.done,
            total=progress.total,
            files=progress.files,
            rows=progress.rows,
        )
        return True

    def end(self, account: str, job: str, state: JobState, now: dt.datetime, failure: str | None = None) -> bool:
        found = self.jobs.get((account, job))
        if found is None or found.state not in ACTIVE:
            return False
        self.jobs[account, job] = replace(found, state=state, finished_at=now, failure=failure)
        return True


class IssuedInMemory:
    """Implements `IssuedForecasts`."""

    def __init__(self, forecasts: Iterable[Forecast] = ()) -> None:
        self.forecasts = list(forecasts)

    def issued_between(self, station: str, parameter: str, start: dt.datetime, end: dt.datetime) -> Sequence[Forecast]:
        series = [one for one in self.forecasts if (one.station, one.parameter) == (station, parameter)]
        return [one for one in series if start <= one.issue_time < end]
