"""Which series, hours and columns a model sees."""

from dataclasses import dataclass

# Hour-of-day with one overtone, and the phase of the week. The day of the year is left out on purpose: with few years
# of data a network learns the dates by heart, and winter validation improves while the next year gets worse.
CALENDAR_FEATURES = ("hour_sin", "hour_cos", "half_day_sin", "half_day_cos", "week_sin", "week_cos")


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """What a window holds.

    Attributes:
        target: Parameter code that is forecast.
        parameters: Parameter codes of the channels, the target first.
        history_hours: Rows of a window.
        lead_hours: Lead times in hours, ascending; lead time h is the h-th hour after the origin.
        max_gap_hours: Longest run of missing hours that is filled, and the greatest age of the newest known target.
    """

    target: str
    parameters: tuple[str, ...]
    history_hours: int = 72
    lead_hours: tuple[int, ...] = tuple(range(1, 25))
    max_gap_hours: int = 6

    def __post_init__(self) -> None:
        if not self.parameters or self.parameters[0] != self.target:
            message = f"parameters must begin with the target {self.target!r}, but are {self.parameters!r}"
            raise ValueError(message)
        if len(set(self.parameters)) != len(self.parameters):
            message = f"parameters repeat a code: {self.parameters!r}"
            raise ValueError(message)
        if not self.lead_hours or self.lead_hours[0] < 1 or list(self.lead_hours) != sorted(set(self.lead_hours)):
            message = f"lead_hours must ascend from 1 or more, but are {self.lead_hours!r}"
            raise ValueError(message)
        if not 0 <= self.max_gap_hours < self.history_hours:
            message = f"max_gap_hours must be from 0 to below {self.history_hours}, but is {self.max_gap_hours}"
            raise ValueError(message)


def feature_names(spec: FeatureSpec) -> tuple[str, ...]:
    """Name of each column of a window, in order: values, then masks (1 where observed), then the calendar."""
    masks = tuple(f"{parameter}_observed" for parameter in spec.parameters)
    return (*spec.parameters, *masks, *CALENDAR_FEATURES)


def default_spec(target: str) -> FeatureSpec:
    """The windows that the platform trains and serves on: the target with the weather beside it.

    A parameter that a station does not measure is NaN in its windows, with its mask at 0.
    """
    weather = ("temperature", "dewpoint", "pressure", "wind_speed")
    return FeatureSpec(target=target, parameters=(target, *(code for code in weather if code != target)))
