"""Whether the stores that the API reads do answer."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from geoclimate.services.ports import ForecastStore, ObservationStore, StationStore
from geoclimate.services.verification_ports import SeriesKey, SkillStore

# No station can have this id (it lacks a source), so each probe reads one item that is not there: the cheapest read.
_NOBODY: Final = "readiness"
_PARAMETER: Final = "pm25"
_A_DAY: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def check_readiness(
    stations: StationStore, observations: ObservationStore, forecasts: ForecastStore, skills: SkillStore
) -> Mapping[str, str | None]:
    """Read once from every store.

    Returns:
        For each store None where it answered, or else what it said; for logs, since it may name resources.
    """
    probes: dict[str, Callable[[], object]] = {
        "stations": lambda: stations.get(_NOBODY),
        "observations": lambda: observations.read(_NOBODY, _PARAMETER, _A_DAY, _A_DAY + dt.timedelta(hours=1)),
        "forecasts": lambda: forecasts.latest(_NOBODY, _PARAMETER),
        "verification": lambda: skills.of_month(SeriesKey(_NOBODY, _PARAMETER), _A_DAY.date()),
    }
    return {name: _failure(probe) for name, probe in probes.items()}


def _failure(probe: Callable[[], object]) -> str | None:
    try:
        probe()
    except Exception as error:  # noqa: BLE001 - a table that is gone or a grant that is missing is the answer here too
        return f"{type(error).__name__}: {error}"
    return None
