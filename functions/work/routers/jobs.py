"""`/v1/jobs`: what takes longer than a request."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from functions.work.bootstrap import JobsDependency
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.jobs import (
    MOST_INPUT_BYTES,
    JobAnswer,
    JobBody,
    JobCreatedAnswer,
    JobDetailAnswer,
    JobId,
    JobsAnswer,
)
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_BODY, INVALID_QUERY
from geoclimate.contracts.uploads import OwnWorkRequest, UploadFormAnswer
from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.domain.jobs import Job
from geoclimate.runtime.web.caller import caller_of
from geoclimate.runtime.web.costing import sized
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.locations import LOCATION, LOCATION_DOCS, location_of
from geoclimate.runtime.web.problem_docs import problem_responses

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=GuardedRoute)


@router.post(
    "",
    status_code=202,
    summary="Begin a job",
    responses={
        **problem_responses(DOMAIN_PROBLEMS[NotFound], DOMAIN_PROBLEMS[Conflict], INVALID_BODY, INVALID_QUERY),
        202: LOCATION_DOCS,
    },
)
@requires("jobs:manage")
@sized(lambda body, **_: body.job.series)
async def create_job(
    body: JobBody, request: Request, response: Response, jobs: JobsDependency, _: Annotated[NoQuery, Query()]
) -> JobCreatedAnswer:
    """Begin a bulk prediction or an export; `Location` says how far it is, and gives the result when it is done.

    Five jobs of an account are under way at a time. A job is listed for 90 days, its result kept for a week.
    """
    job, form = jobs.begin(caller_of(request.scope).account, body.job)
    response.headers[LOCATION] = location_of(request, f"/v1/jobs/{job.id}")
    shown = None
    if form is not None:
        shown = UploadFormAnswer(
            url=form.url, fields=form.fields, most_bytes=MOST_INPUT_BYTES, expires_at=form.expires_at
        )
    return JobCreatedAnswer(**_answer(job).model_dump(), form=shown)


@router.get("", summary="List your jobs", responses=problem_responses(INVALID_QUERY))
@requires("jobs:manage")
async def list_jobs(request: Request, query: Annotated[OwnWorkRequest, Query()], jobs: JobsDependency) -> JobsAnswer:
    """Jobs of the caller's account, the newest first."""
    found = jobs.newest(caller_of(request.scope).account, query.before, query.limit)
    more = len(found) == query.limit
    return JobsAnswer(
        jobs=tuple(map(_answer, found)),
        next="?" + urlencode({"limit": query.limit, "before": found[-1].id}) if more else None,
    )


@router.get(
    "/{job}", summary="How far is a job?", responses=problem_responses(DOMAIN_PROBLEMS[NotFound], INVALID_QUERY)
)
@requires("jobs:manage")
async def get_job(
    job: JobId, request: Request, jobs: JobsDependency, _: Annotated[NoQuery, Query()]
) -> JobDetailAnswer:
    """How far a job is, why it failed, or where its result is."""
    found = jobs.get(caller_of(request.scope).account, job)
    return JobDetailAnswer(**_answer(found).model_dump(), results=tuple(jobs.results(found)))


@router.delete(
    "/{job}",
    summary="Cancel a job",
    responses=problem_responses(DOMAIN_PROBLEMS[NotFound], DOMAIN_PROBLEMS[Conflict], INVALID_QUERY),
)
@requires("jobs:manage")
async def cancel_job(job: JobId, request: Request, jobs: JobsDependency, _: Annotated[NoQuery, Query()]) -> JobAnswer:
    """End a job that is under way; again changes nothing."""
    return _answer(jobs.cancel(caller_of(request.scope).account, job))


def _answer(job: Job) -> JobAnswer:
    progress = 1.0 if job.state == "succeeded" else 0.0 if not job.total else round(job.done / job.total, 3)
    return JobAnswer(
        id=job.id,
        kind=job.kind,
        state=job.state,
        progress=progress,
        created_at=job.created_at,
        finished_at=job.finished_at,
        failure=job.failure,
        rows=job.rows,
    )
