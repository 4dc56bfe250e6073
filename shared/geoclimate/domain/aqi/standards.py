"""What an air quality index is made of: categories, and for each pollutant a scale from concentration to index."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Method(StrEnum):
    """How the last hours become the concentration that a scale is entered with."""

    MEAN = "mean"
    NOWCAST_PM = "nowcast-pm"
    NOWCAST_OZONE = "nowcast-ozone"


class Beyond(StrEnum):
    """What holds for concentrations above a scale's last segment."""

    EXTENDED = "extended"
    """The line of the last segment goes on."""
    TOP = "top"
    """The last segment's highest index stands; another scale of the pollutant takes over, or the segment is open."""


@dataclass(frozen=True, slots=True)
class Category:
    """A range of the index with its name.

    Attributes:
        name: As the authority writes it.
        low: Lowest index.
        high: Highest index, or None where there is none.
        color: As the authority publishes it, `#RRGGBB`.
    """

    name: str
    low: int
    high: int | None
    color: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A range of concentrations, and the range of indexes that it is mapped to along a straight line.

    Attributes:
        low: Least concentration, in the scale's unit.
        high: Greatest concentration, included, or None where the segment is open.
        index_low: Index at `low`.
        index_high: Index at `high`; the same as `index_low` where the index is the number of a band.
    """

    low: Decimal
    high: Decimal | None
    index_low: int
    index_high: int


@dataclass(frozen=True, slots=True)
class Scale:
    """One table of breakpoints.

    Attributes:
        parameter: Parameter code.
        averaging_hours: Hours of the mean that the table is defined for.
        method: How the concentration is had from the last hours.
        unit: Unit of the concentrations.
        step: Concentrations are truncated to multiples of it, or taken as they are where None.
        segments: Ascending, without a gap between multiples of `step`.
        beyond: What holds above the last segment.
    """

    parameter: str
    averaging_hours: int
    method: Method
    unit: str
    step: Decimal | None
    segments: tuple[Segment, ...]
    beyond: Beyond


@dataclass(frozen=True, slots=True)
class Standard:
    """An air quality index in one version.

    Attributes:
        id: Name and version, such as `us-epa-2024`.
        name: Name for people.
        authority: Who publishes it.
        in_force_since: ISO 8601 date or month.
        sources: Documents that the tables were taken from.
        notes: What was decided where the documents leave something open.
        categories: Ascending.
        scales: Of a parameter with several scales, the one that gives the greatest index decides.
    """

    id: str
    name: str
    authority: str
    in_force_since: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    categories: tuple[Category, ...]
    scales: tuple[Scale, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Codes of the parameters that take part, in the order of the scales, each once."""
        return tuple(dict.fromkeys(scale.parameter for scale in self.scales))

    def scales_of(self, parameter: str) -> tuple[Scale, ...]:
        """The scales of a parameter; none where it takes no part."""
        return tuple(scale for scale in self.scales if scale.parameter == parameter)

    def category(self, index: int) -> Category:
        """The category of an index of 0 or more."""
        return next(one for one in reversed(self.categories) if index >= one.low)
