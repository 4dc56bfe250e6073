"""Which series, hours and columns a model sees."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["target", "change", "other", "mask", "calendar", "season", "place"]
"""What a column holds, so that a network knows how to scale it:

- `target`: a value in the target's unit, as it is;
- `change`: a difference of such values;
- `other`: a value or difference in another unit;
- `mask`: 1 where something is known, else 0; or a share from 0 to 1;
- `calendar`: phases of day and week; `season`: phases of the year; `place`: where the station is.
"""

WEATHER = ("temperature", "dewpoint", "pressure", "wind_speed", "wind_direction", "precipitation")
POLLUTANTS = ("pm25", "pm10", "no2", "o3", "co", "so2")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a matrix.

    Attributes:
        name: Unique in its matrix.
        kind: What it holds.
    """

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What a model is shown.

    Attributes:
        target: Parameter code that is forecast.
        parameters: Parameter codes of a station's own channels, the target first.
        weather: Parameter codes of known-future weather.
        neighbours: Whether the stations around are shown.
        history_hours: Rows of the history.
        lead_hours: Lead times in hours, ascending; lead time h is the h-th hour after the origin.
        max_gap_hours: Longest time for which a known value is held over missing hours.
    """

    target: str
    parameters: tuple[str, ...]
    weather: tuple[str, ...] = WEATHER
    neighbours: bool = True
    history_hours: int = 72
    lead_hours: tuple[int, ...] = tuple(range(1, 25))
    max_gap_hours: int = 6

    def __post_init__(self) -> None:
        if not self.parameters or self.parameters[0] != self.target:
            message = f"parameters must begin with the target {self.target!r}, but are {self.parameters!r}"
            raise ValueError(message)
        for name, codes in (("parameters", self.parameters), ("weather", self.weather)):
            if len(set(codes)) != len(codes) or not codes:
                message = f"{name} must name at least one code, and none twice, but are {codes!r}"
                raise ValueError(message)
        if not self.lead_hours or self.lead_hours[0] < 1 or list(self.lead_hours) != sorted(set(self.lead_hours)):
            message = f"lead_hours must ascend from 1 or more, but are {self.lead_hours!r}"
            raise ValueError(message)
        if not 0 <= self.max_gap_hours < self.history_hours:
            message = f"max_gap_hours must be from 0 to below {self.history_hours}, but is {self.max_gap_hours}"
            raise ValueError(message)


def default_input_spec(target: str) -> InputSpec:
    """What the platform trains and serves on: the target, the other pollutants and the weather.

    A parameter that a station does not measure is missing in its inputs, with its mask at 0.
    """
    others = (*POLLUTANTS, *WEATHER)
    return InputSpec(target=target, parameters=(target, *(code for code in others if code != target)))
