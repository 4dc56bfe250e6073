"""Move a version to its next stage: on trial, into production, back there, or out of the running."""

from geoclimate.contracts.workflows import PromoteRequest, PromoteResult
from geoclimate.services.model_registry import ModelRegistry


def promote_model(request: PromoteRequest, *, registry: ModelRegistry) -> PromoteResult:
    """Write the decision, with who and why, into the registry; the same decision again changes nothing.

    Raises:
        NotFound: The version is not registered.
        Conflict: The version cannot go there from where it stands, or somebody else decided meanwhile.
    """
    target, version, who, why = request.target, request.version, request.who, request.reason
    match request.decision:
        case "stage":
            registry.stage(target, version, who=who, why=why)
            return PromoteResult(version=version, stage="staging")
        case "promote":
            registry.promote(target, version, who=who, why=why)
            return PromoteResult(version=version, stage="production")
        case "retire":
            registry.retire(target, version, who=who, why=why)
            return PromoteResult(version=version, stage="retired")
        case "roll_back":
            _roll_back(request, registry)
            return PromoteResult(version=version, stage="production")


def _roll_back(request: PromoteRequest, registry: ModelRegistry) -> None:
    production = registry.production(request.target)
    if production is not None and production.version == request.version:
        # The answer to the first call was lost.
        return
    current = request.current or ""
    registry.roll_back(request.target, current, request.version, who=request.who, why=request.reason)
