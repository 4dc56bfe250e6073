"""What merging observations into the hot store changes, or would change."""

from __future__ import annotations

from dataclasses import dataclass

from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import Refusal


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What merging observations into the store changed, in observations.

    Attributes:
        added: Intervals of an instrument that were not known before.
        unchanged: Known, with the same value and flag.
        revised: Known with another value or flag; the new one is served from now on.
        superseded: Known with another value or flag from a newer upload or a source of higher precedence, which goes on
            being served; the new one is kept as an older revision.
        refused: Not stored, with the rule `full-day`: their day would not fit into an item any more. They are in no
            other count.
    """

    added: int = 0
    unchanged: int = 0
    revised: int = 0
    superseded: int = 0
    refused: tuple[Refusal, ...] = ()

    def __add__(self, other: MergeCounts) -> MergeCounts:
        """Both together."""
        return MergeCounts(
            self.added + other.added,
            self.unchanged + other.unchanged,
            self.revised + other.revised,
            self.superseded + other.superseded,
            self.refused + other.refused,
        )


@dataclass(frozen=True, slots=True)
class DifferingObservation:
    """An observation that says otherwise than what is served of its interval.

    Attributes:
        stored: What is served now.
        incoming: What came.
        would_replace: Whether merging would serve what came.
    """

    stored: Observation
    incoming: Observation
    would_replace: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What merging observations would change.

    Attributes:
        counts: As `ObservationStore.merge` would give them.
        differences: The first of those that are revised or superseded, ordered by station, parameter, start.
    """

    counts: MergeCounts
    differences: tuple[DifferingObservation, ...]
