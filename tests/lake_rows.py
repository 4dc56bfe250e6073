"""Batches as the ingestion hands them to the lake."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from geoclimate.columnar.blocks import Batch
from geoclimate.columnar.columns import Monitor, ObservationColumns, Vocabulary
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.observations import Observation

UPLOADED = dt.datetime(2020, 2, 3, 4, 5, 6, 789_000, tzinfo=dt.UTC)
DELIVERY = Delivery(digest="ab" * 32, uploaded_at=UPLOADED, now=UPLOADED, key="epa/hourly.csv")
LOS_ANGELES = Monitor("epa-06-037-1103", "epa-06-037-1103", 34.06659, -118.22688, "o3", "1", "ppm", "epa")


def observation(start: str, value: float = 41.5, monitor: Monitor = LOS_ANGELES, **other: object) -> Observation:
    """One hour's value of a monitor; `other` are fields of `Observation`."""
    begin = dt.datetime.fromisoformat(start).replace(tzinfo=dt.UTC)
    fields: dict[str, object] = {
        "start": begin,
        "end": begin + dt.timedelta(hours=1),
        "value": value,
        "delivered_value": value / 2,
        "flag": "valid",
        "line": 2,
        "file_digest": DELIVERY.digest,
        "ingested_at": DELIVERY.uploaded_at,
    }
    return Observation(
        station=monitor.station,
        parameter=monitor.parameter,
        delivered_unit=monitor.delivered_unit,
        instrument=monitor.instrument,
        source=monitor.source,
        **(fields | other),  # type: ignore[arg-type] # a test names fields by their names
    )


def columns_of(observations: Sequence[Observation], monitors: Sequence[Monitor] = (LOS_ANGELES,)) -> ObservationColumns:
    """Observations as columns, in their order; the first fitting monitor gives name and place."""
    vocabulary = Vocabulary()
    numbers = [vocabulary.monitor(_monitor(each, monitors)) for each in observations]
    return ObservationColumns(
        vocabulary,
        np.asarray(numbers, np.int32),
        _times([each.start for each in observations]),
        _times([each.end for each in observations]),
        np.asarray([each.value for each in observations], np.float64),
        np.asarray([each.delivered_value for each in observations], np.float64),
        np.asarray([vocabulary.flag(each.flag) for each in observations], np.int16),
        np.asarray([each.line for each in observations], np.int32),
    )


def batch_of(
    observations: Sequence[Observation], monitors: Sequence[Monitor] = (LOS_ANGELES,), number: int = 0
) -> Batch:
    """Observations as a batch: the series as they come first, each by time."""
    series = {each: rank for rank, each in enumerate(dict.fromkeys(map(_series, observations)))}
    ordered = sorted(observations, key=lambda each: (series[_series(each)], each.start, each.end))
    return Batch(number, columns_of(ordered, monitors), refusals=(), repeated=0)


def _series(each: Observation) -> tuple[str, str, str]:
    return each.station, each.parameter, each.instrument


def _monitor(each: Observation, monitors: Sequence[Monitor]) -> Monitor:
    wanted = (*_series(each), each.delivered_unit, each.source)
    known = {(m.station, m.parameter, m.instrument, m.delivered_unit, m.source): m for m in reversed(monitors)}
    return known[wanted]


def _times(times: Sequence[dt.datetime]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray([round(each.timestamp() * 1_000) * 1_000 for each in times], np.int64)
