"""End a candidate's trial: put it into production, or retire it."""

from geoclimate.contracts.workflows import PromoteRequest, PromoteResult
from geoclimate.services.ports import ModelRegistry


def promote_model(request: PromoteRequest, *, registry: ModelRegistry) -> PromoteResult:
    """Write the decision and its reason into the registry; the same decision again changes nothing.

    Raises:
        NotFound: The version is not registered.
        Conflict: Somebody promoted another version meanwhile, or the version to retire is in production.
    """
    if request.decision == "promote":
        registry.promote(request.target, request.version, request.reason)
        return PromoteResult(version=request.version, stage="production")
    registry.retire(request.target, request.version, request.reason)
    return PromoteResult(version=request.version, stage="retired")
