"""`/health`: whether the service answers."""

from fastapi import APIRouter, Request, Response

from functions.api.bootstrap import (
    ForecastsDependency,
    ObservationsDependency,
    SettingsDependency,
    SkillsDependency,
    StationsDependency,
    api_logger,
)
from geoclimate.contracts.http import HealthAnswer, LivenessAnswer, ProblemCause, ReadinessAnswer
from geoclimate.contracts.problems import NOT_READY
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.runtime.web.problem_response import problem_response
from geoclimate.services.check_readiness import check_readiness

router = APIRouter(prefix="/health", tags=["health"])


@router.get("", summary="Does the API answer?", response_description="It does.")
async def health(settings: SettingsDependency) -> HealthAnswer:
    """Answers as soon as the function is configured, and says which stage it serves."""
    return HealthAnswer(stage=settings.stage)


@router.get("/live", summary="Does the process run?", response_description="It does.")
async def liveness() -> LivenessAnswer:
    """Looks at nothing else."""
    return LivenessAnswer()


@router.get(
    "/ready",
    summary="Do the stores answer?",
    response_description="They all do.",
    response_model=ReadinessAnswer,
    responses=problem_responses(NOT_READY),
)
async def readiness(
    request: Request,
    stations: StationsDependency,
    observations: ObservationsDependency,
    forecasts: ForecastsDependency,
    skills: SkillsDependency,
) -> ReadinessAnswer | Response:
    """Reads once from every store that the API needs; 503 names those that do not answer."""
    checks = check_readiness(stations, observations, forecasts, skills)
    failures = {name: failure for name, failure in checks.items() if failure is not None}
    if not failures:
        return ReadinessAnswer(checks=dict.fromkeys(checks, "ok"))
    request_id = request.state.request_id
    api_logger().error("Not ready", extra={"request_id": request_id, "failures": failures})
    return problem_response(
        NOT_READY,
        request_id,
        request.scope["path"],
        detail=f"These stores do not answer: {', '.join(failures)}.",
        causes=[ProblemCause(name=name, detail="does not answer") for name in failures],
    )
