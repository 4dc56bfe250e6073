"""What is expected: quantiles by lead time, with where they come from."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Forecast:
    """One forecast of one parameter at one station.

    Lead time h is the h-th hour after the issue time: `[issue_time + (h - 1) hours, issue_time + h hours)`.

    Attributes:
        station: Station id.
        parameter: Parameter code.
        issue_time: End of the newest hour that the model was shown, UTC.
        made_at: When the platform computed it, UTC.
        model_version: Registry version of the model.
        engine: What computed it: `endpoint`.
        lead_hours: Lead times in hours, ascending.
        levels: Quantile levels in (0, 1), ascending.
        quantiles: One row a lead time, one value a level, in the canonical unit; never decreasing along a row.
    """

    station: str
    parameter: str
    issue_time: dt.datetime
    made_at: dt.datetime
    model_version: str
    engine: str
    lead_hours: tuple[int, ...]
    levels: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]
