"""The states of many series as one file: gzipped JSON, numbers as they are, NaN as null."""

import gzip
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import UnreadableFile
from geoclimate.features.drift.cusum import Cusum
from geoclimate.features.drift.profile import BINS, LEVEL_TERMS, SPREAD_TERMS, Profile
from geoclimate.features.drift.series_watch import REMEMBERED_DAYS, SeriesWatch
from geoclimate.features.drift.standstill import Run

_Array = TypeVar("_Array", npt.NDArray[np.float64], npt.NDArray[np.int64])

FORMAT: Final = 1
"""Raised when a state of before would be misread, as where the basis of the profile changes."""

_SUMS: Final = ("level", "neighbours", "spread")


@dataclass(frozen=True, slots=True)
class States:
    """What one file holds.

    Attributes:
        watches: Series with a reference, by station and parameter.
        refused: First day on which those are asked again whose days made no reference, with the reason.
    """

    watches: Mapping[tuple[str, str], SeriesWatch] = field(default_factory=dict)
    refused: Mapping[tuple[str, str], tuple[int, str]] = field(default_factory=dict)


def states_to_bytes(states: States) -> bytes:
    """The file; the same states give the same bytes."""
    document = {
        "format": FORMAT,
        "series": [_to_json(watch) for watch in states.watches.values()],
        "refused": [[*series, *refusal] for series, refusal in states.refused.items()],
    }
    return gzip.compress(json.dumps(document, separators=(",", ":"), allow_nan=False).encode(), mtime=0)


def states_from_bytes(content: bytes, name: str) -> States:
    """Read what `states_to_bytes` wrote.

    Args:
        content: The bytes.
        name: Where they come from, for the message.

    Raises:
        UnreadableFile: They are no states, or those of another version.
    """
    try:
        document = json.loads(gzip.decompress(content))
        if document["format"] != FORMAT:
            message = (
                f"{name} has the format {document['format']}, not {FORMAT}: delete it, and new references are made"
            )
            raise UnreadableFile("drift-states", message)
        watches = map(_from_json, document["series"])
        return States(
            watches={(watch.station, watch.parameter): watch for watch in watches},
            refused={
                (str(station), str(parameter)): (int(day), str(reason))
                for station, parameter, day, reason in document["refused"]
            },
        )
    except (AttributeError, EOFError, KeyError, TypeError, ValueError, OSError, zlib.error) as error:
        message = f"{name} cannot be read ({error!r}): delete it, and new references are made"
        raise UnreadableFile("drift-states", message) from error


def _to_json(watch: SeriesWatch) -> dict[str, Any]:
    profile = watch.profile
    return {
        "station": watch.station,
        "parameter": watch.parameter,
        "reference": [watch.first_day, watch.reference_end],
        "longest_run": watch.longest_run,
        "usual_population": watch.usual_population,
        "next_day": watch.next_day,
        "run": [_number(watch.run.value), watch.run.hours, watch.run.since],
        "drifting": dict(watch.drifting),
        "profile": None
        if profile is None
        else {
            "floor": _number(profile.floor),
            "level": profile.level.tolist(),
            "spread": profile.spread.tolist(),
            "usual_spread": profile.usual_spread,
            "edges": profile.edges.tolist(),
            "offset": profile.offset,
        },
        **({} if profile is None else {name: asdict(getattr(watch, name)) for name in _SUMS}),
        # A ten-thousandth of a standard deviation is far below what an instrument resolves.
        "means": [] if profile is None else [_number(round(mean, 4)) for mean in watch.means.tolist()],
        "counts": [] if profile is None else watch.counts.tolist(),
    }


def _from_json(entry: Mapping[str, Any]) -> SeriesWatch:
    first_day, reference_end = map(int, entry["reference"])
    value, hours, since = entry["run"]
    given = entry["profile"]
    watch = SeriesWatch(
        station=str(entry["station"]),
        parameter=str(entry["parameter"]),
        profile=None if given is None else _profile(given),
        first_day=first_day,
        reference_end=reference_end,
        longest_run=int(entry["longest_run"]),
        # States of before do not know it: theirs is known when a new reference is made.
        usual_population=float(entry.get("usual_population", 0.0)),
        next_day=int(entry["next_day"]),
        run=Run(_float(value), int(hours), int(since)),
        drifting={reason: int(day) for reason, day in entry["drifting"].items()},
    )
    if given is None:
        return watch
    means = np.array([_float(mean) for mean in entry["means"]], dtype=np.float64)
    counts = np.array(entry["counts"], dtype=np.int64)
    return replace(
        watch,
        means=_shaped(means, (REMEMBERED_DAYS,)),
        counts=_shaped(counts, (REMEMBERED_DAYS, BINS)),
        level=Cusum(**entry["level"]),
        neighbours=Cusum(**entry["neighbours"]),
        spread=Cusum(**entry["spread"]),
    )


def _profile(given: Mapping[str, Any]) -> Profile:
    return Profile(
        floor=_float(given["floor"]),
        level=_shaped(np.array(given["level"], dtype=np.float64), (LEVEL_TERMS,)),
        spread=_shaped(np.array(given["spread"], dtype=np.float64), (SPREAD_TERMS,)),
        usual_spread=float(given["usual_spread"]),
        edges=_shaped(np.array(given["edges"], dtype=np.float64), (BINS - 1,)),
        offset=float(given["offset"]),
    )


def _shaped(array: _Array, shape: tuple[int, ...]) -> _Array:
    if array.shape != shape:
        message = f"an array of {array.shape} where one of {shape} belongs"
        raise ValueError(message)
    return array


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)
