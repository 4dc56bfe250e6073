"""What the use cases need of the model registry, as a Protocol; `adapters/dynamodb_models.py` implements it.

Every method that asks a store or a service raises `Unavailable` where that does not answer, whether its text says so or
not.
"""

from collections.abc import Sequence
from typing import Final, Protocol

from geoclimate.domain.decisions import Decision
from geoclimate.domain.models import ModelRecord

PRODUCTION: Final = "production"
"""What a request may call the version in production."""


class ProductionModels(Protocol):
    """Which model is in production."""

    def production(self, target: str) -> ModelRecord | None:
        """The one model in production for this parameter, or None."""
        ...


class ModelRegistry(Protocol):
    """Versions of models, where each stands, and who decided so.

    Every move is one transaction together with its entry in the audit log; a move that was made already is not made
    again, so each call may be repeated.
    """

    def register(self, record: ModelRecord, *, who: str, why: str) -> None:
        """Add a candidate; the same version and artifact digest again changes nothing.

        Raises:
            Conflict: The version exists with another artifact.
        """
        ...

    def get(self, target: str, version: str) -> ModelRecord | None:
        """The record, or None."""
        ...

    def production(self, target: str) -> ModelRecord | None:
        """The one model in production for this parameter, or None."""
        ...

    def versions(self, target: str) -> Sequence[ModelRecord]:
        """Every version, ordered by its registration."""
        ...

    def decisions(self, target: str, version: str | None = None) -> Sequence[Decision]:
        """The audit log of a target, or of one of its versions, the oldest entry first."""
        ...

    def stage(self, target: str, version: str, *, who: str, why: str) -> None:
        """Put a candidate that passed the gate on trial.

        Raises:
            NotFound: The version is not registered.
            Conflict: It is no candidate, or somebody else decided meanwhile.
        """
        ...

    def promote(self, target: str, version: str, *, who: str, why: str) -> None:
        """Put a version that is on trial into production and retire the one before.

        Raises:
            NotFound: The version is not registered.
            Conflict: It is not on trial, it was judged against another model than the one in production, or somebody
                else decided meanwhile.
        """
        ...

    def retire(self, target: str, version: str, *, who: str, why: str) -> None:
        """Take a version that failed its gate or its trial out of the running.

        Raises:
            NotFound: The version is not registered.
            Conflict: It is in production, or somebody else decided meanwhile.
        """
        ...

    def roll_back(self, target: str, current: str, to: str, *, who: str, why: str) -> None:
        """Put a version that was in production before back there, and retire the current one.

        Raises:
            NotFound: The version to put back is not registered.
            Conflict: Another version than `current` is in production, `to` never was, or somebody else decided
                meanwhile.
        """
        ...
