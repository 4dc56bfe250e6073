"""Problem types as HTTP responses; used by the API function only."""

from collections.abc import Mapping, Sequence

from fastapi.responses import JSONResponse

from geoclimate.contracts.http import PROBLEM_JSON, ProblemCause
from geoclimate.contracts.problems import INTERNAL_ERROR, ProblemType, problem_members


def problem_response(
    problem: ProblemType,
    request_id: str,
    path: str,
    *,
    detail: str | None = None,
    causes: Sequence[ProblemCause] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """An RFC 9457 answer.

    Args:
        problem: Kind of problem.
        request_id: The gateway's id of the request.
        path: Path of the request, from which the link to the problem's page starts.
        detail: What is said of this occurrence; the type's own sentence where None.
        causes: Everything that is wrong, one by one.
        headers: Headers beside the type's own.
    """
    members = problem_members(problem, request_id, detail)
    if causes:
        members["errors"] = [cause.model_dump(exclude_none=True) for cause in causes]
    return JSONResponse(
        members,
        status_code=problem.status or INTERNAL_ERROR.status or 500,
        headers={"Link": _help_link(path, problem.code), **problem.headers, **(headers or {})},
        media_type=PROBLEM_JSON,
    )


def _help_link(path: str, code: str) -> str:
    """Where the problem is explained, relative to the path: the gateway's stage and the host are not known here."""
    up = "../" * (path.count("/") - 1)
    return f'<{up}docs/problems#{code}>; rel="help"'
