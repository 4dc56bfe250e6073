"""What a call costs: the one table.

The unit is one plain read, so that the figures of a usage plan read as requests. A larger call costs what the platform
spends on it, roughly: the capacity that DynamoDB bills for a longer window, the time that a model computes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Cost:
    """What calls of an operation cost.

    Attributes:
        base: Cost of a call, with the size that is included.
        unit: What the size counts.
        included: Size that the base covers.
        step: So much more size costs one more; a step that is begun counts.
    """

    base: int = 1
    unit: str = "calls"
    included: int = 1
    step: int = 1

    def of(self, size: int) -> int:
        """Cost of a call of this size."""
        return self.base + -(-max(0, size - self.included) // self.step)


PLAIN: Final = Cost()
"""Of every operation that the table does not name."""

COSTS: Final[Mapping[str, Cost]] = MappingProxyType(
    {
        # An item holds a day of a series, which is what DynamoDB bills.
        "get_observations": Cost(unit="days of the page", included=31, step=31),
        # Up to 100 stations and a month of each; how many there are is known only after they were looked for.
        "edr_observations_radius": Cost(base=10),
        "edr_observations_area": Cost(base=10),
        "edr_forecasts_radius": Cost(base=10),
        "edr_forecasts_area": Cost(base=10),
        "get_latest": Cost(unit="stations", included=10, step=10),
        "get_skill": Cost(unit="stations", included=10, step=10),
        # What a model and its inputs take of a second, for one series and for each ten more.
        "create_prediction": Cost(base=5, unit="series"),
        "create_batch_prediction": Cost(base=5, unit="series", included=10, step=10),
        "create_job": Cost(base=5, unit="series", included=10, step=10),
    }
)
"""By operation, as the OpenAPI document names it."""


def cost_of(operation: str, size: int) -> int:
    """Cost of a call.

    Args:
        operation: Name of the operation.
        size: How much is asked for, in the operation's unit.
    """
    return COSTS.get(operation, PLAIN).of(size)
