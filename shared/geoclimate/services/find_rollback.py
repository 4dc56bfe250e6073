"""Which version a rollback would put back into production, and in whose place."""

from dataclasses import dataclass

from geoclimate.domain.decisions import require_returnable
from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.domain.models import ModelRecord
from geoclimate.services.model_registry import ModelRegistry


@dataclass(frozen=True, slots=True)
class Rollback:
    """A rollback that may be made.

    Attributes:
        current: The model in production.
        back: The model that would take its place.
    """

    current: ModelRecord
    back: ModelRecord


def find_rollback(registry: ModelRegistry, target: str, version: str | None = None) -> Rollback:
    """Look for the version before the one in production, or take the one that is named.

    Args:
        registry: Where models are.
        target: Parameter code.
        version: A version that was in production once, or None for the one before.

    Raises:
        Conflict: No model is in production, there is none before it, or the version named never was in production.
        NotFound: The version named is not registered.
    """
    current = registry.production(target)
    if current is None:
        raise Conflict(f"no model of {target} is in production: there is nothing to roll back")
    to = version or current.replaced
    if to is None:
        raise Conflict(f"{current.version} is the first model of {target} in production: there is none before it")
    back = registry.get(target, to)
    if back is None:
        raise NotFound(f"version {to} of the {target} model is not registered")
    require_returnable(back)
    return Rollback(current, back)
