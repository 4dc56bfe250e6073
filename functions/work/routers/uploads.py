"""`/v1/uploads`: places for files of providers, and what became of them."""

import json
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from functions.work.bootstrap import UploadsDependency
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_BODY, INVALID_QUERY
from geoclimate.contracts.report import MOST_UPLOAD_BYTES
from geoclimate.contracts.uploads import (
    OwnWorkRequest,
    UploadAnswer,
    UploadBody,
    UploadCreatedAnswer,
    UploadFormAnswer,
    UploadId,
    UploadsAnswer,
    UploadSummary,
)
from geoclimate.domain.account_uploads import AccountUpload
from geoclimate.domain.errors import InvalidBody, NotFound
from geoclimate.domain.mapping_fields import MOST_BYTES as MOST_MAPPING_BYTES
from geoclimate.runtime.web.caller import caller_of
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.locations import LOCATION, LOCATION_DOCS, location_of
from geoclimate.runtime.web.problem_docs import problem_responses

router = APIRouter(prefix="/v1/uploads", tags=["uploads"], route_class=GuardedRoute)


@router.post(
    "",
    status_code=201,
    summary="Begin an upload",
    responses={**problem_responses(INVALID_BODY, INVALID_QUERY), 201: LOCATION_DOCS},
)
@requires("uploads:create")
async def create_upload(
    body: UploadBody,
    request: Request,
    response: Response,
    uploads: UploadsDependency,
    _: Annotated[NoQuery, Query()],
) -> UploadCreatedAnswer:
    """A place for one file, and the form that fills it: one object, up to 1 GiB, within 15 minutes.

    The file goes to the store directly, and is taken in when it is there; `GET` the upload for the report.
    """
    if body.mapping is not None and len(json.dumps(dict(body.mapping))) > MOST_MAPPING_BYTES:
        raise InvalidBody("/mapping", f"has more than {MOST_MAPPING_BYTES // 2**20} MiB: is it the file of values?")
    account = caller_of(request.scope).account
    upload, form = uploads.begin(account, body.name, preview=body.preview, mapping=body.mapping)
    response.headers[LOCATION] = location_of(request, f"/v1/uploads/{upload.id}")
    return UploadCreatedAnswer(
        **_summary(upload).model_dump(),
        form=UploadFormAnswer(
            url=form.url, fields=form.fields, most_bytes=MOST_UPLOAD_BYTES, expires_at=form.expires_at
        ),
    )


@router.get("", summary="List your uploads", responses=problem_responses(INVALID_QUERY))
@requires("uploads:read")
async def list_uploads(
    request: Request, query: Annotated[OwnWorkRequest, Query()], uploads: UploadsDependency
) -> UploadsAnswer:
    """Uploads of the caller's account, the newest first; they are listed for 90 days."""
    found = uploads.newest(caller_of(request.scope).account, query.before, query.limit)
    more = len(found) == query.limit
    return UploadsAnswer(
        uploads=tuple(map(_summary, found)),
        next="?" + urlencode({"limit": query.limit, "before": found[-1].id}) if more else None,
    )


@router.get(
    "/{upload}",
    summary="What became of an upload?",
    responses=problem_responses(DOMAIN_PROBLEMS[NotFound], INVALID_QUERY),
)
@requires("uploads:read")
async def get_upload(
    upload: UploadId, request: Request, uploads: UploadsDependency, _: Annotated[NoQuery, Query()]
) -> UploadAnswer:
    """The report of the ingestion: what was taken, what was refused, on which line, and why."""
    found = uploads.state(caller_of(request.scope).account, upload)
    return UploadAnswer(
        **_summary(found.upload).model_dump(),
        state="pending" if found.report is None else "reported",
        report=found.report,
        errors_url=found.errors_url,
    )


def _summary(upload: AccountUpload) -> UploadSummary:
    return UploadSummary(id=upload.id, name=upload.name, preview=upload.preview, created_at=upload.created_at)
