"""A caller's own measurements as arrays, or what is wrong with them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geoclimate.contracts.predict import LEAST_HOURS, MOST_HOURS, MOST_SERIES, MOST_SERIES_HOURS
from geoclimate.domain.errors import InvalidBody, TooManySeries, UnusableValues
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.features.input_spec import InputSpec

_SHOWN: Final = 20
_NUMBERS: Final = frozenset({float, int, type(None)})
_POINTER: Final = "/history"


@dataclass(frozen=True, slots=True, eq=False)
class OwnSeries:
    """Hourly measurements of some series that end at one issue time.

    Attributes:
        issue_time: End of the newest hour, a whole hour UTC.
        latitudes: Degrees north, one a series.
        longitudes: Degrees east, one a series.
        parameters: Parameter codes of the columns.
        values: float32 [series, hours, parameters], canonical units, NaN where missing.
    """

    issue_time: dt.datetime
    latitudes: tuple[float, ...]
    longitudes: tuple[float, ...]
    parameters: tuple[str, ...]
    values: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.values)


def read_matrices(history: Any, series: int, spec: InputSpec) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    """Matrices by parameter, as JSON gives them, as one array.

    Args:
        history: By parameter code a list of rows, one a series, of numbers and None.
        series: How many rows each must have.
        spec: What a model is shown.

    Returns:
        The parameter codes, and float32 [series, hours, parameters].

    Raises:
        InvalidBody: A parameter is unknown or the target is missing, or the shape does not fit.
        UnusableValues: Values are no numbers, or not credible.
        TooManySeries: It is more than one request predicts.
    """
    names = _names(history, spec)
    if series > MOST_SERIES:
        raise TooManySeries(f"These are {series:,} series; a request predicts {MOST_SERIES:,}.")
    hours = _hours(history, names, series)
    return names, np.stack([_matrix(history[name], name, hours) for name in names], axis=-1)


def _names(history: Any, spec: InputSpec) -> tuple[str, ...]:
    if not isinstance(history, Mapping):
        raise InvalidBody(_POINTER, "must be an object: a matrix by parameter code")
    unknown = [name for name in history if name not in spec.parameters]
    if unknown:
        known = ", ".join(spec.parameters)
        raise UnusableValues(
            [
                (f"{_POINTER}/{_escaped(name)}", f"is no parameter that the model is shown; those are {known}")
                for name in unknown[:_SHOWN]
            ],
            len(unknown),
        )
    if spec.target not in history:
        raise InvalidBody(f"{_POINTER}/{spec.target}", "is required: it is what is forecast")
    return tuple(history)


def _hours(history: Mapping[str, Any], names: Sequence[str], series: int) -> int:
    """How many hours every row of every matrix has."""
    hours: int | None = None
    for name in names:
        rows = history[name]
        if not isinstance(rows, list) or len(rows) != series:
            found = f"{len(rows)} rows" if isinstance(rows, list) else "no list"
            raise InvalidBody(f"{_POINTER}/{name}", f"must have {series} rows, one a series, but has {found}")
        ragged = [(row, found) for row, found in enumerate(rows) if not isinstance(found, list)]
        if ragged:
            raise UnusableValues(
                [(f"{_POINTER}/{name}/{row}", "must be a list of hours") for row, _ in ragged[:_SHOWN]], len(ragged)
            )
        first = len(rows[0]) if hours is None else hours
        if hours is None:
            _require_hours(first, name, series)
            hours = first
        if set(map(len, rows)) != {first}:
            same = ": all rows of all parameters have the same; write null where nothing was measured"
            other = [(row, len(found)) for row, found in enumerate(rows) if len(found) != first]
            raise UnusableValues(
                [
                    (f"{_POINTER}/{name}/{row}", f"has {found} hours where {first} are expected{same}")
                    for row, found in other[:_SHOWN]
                ],
                len(other),
            )
    return hours or 0


def _require_hours(hours: int, name: str, series: int) -> None:
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        raise InvalidBody(f"{_POINTER}/{name}/0", f"has {hours} hours; from {LEAST_HOURS} to {MOST_HOURS} are taken")
    if series * hours > MOST_SERIES_HOURS:
        raise TooManySeries(
            f"These are {series:,} series of {hours} hours; a request predicts {MOST_SERIES_HOURS // hours:,} of them."
        )


def _matrix(rows: list[list[Any]], name: str, hours: int) -> npt.NDArray[np.float32]:
    # In one pass over all cells: numpy would read text and truth values as numbers without a word.
    if not set(map(type, chain.from_iterable(rows))) <= _NUMBERS:
        wrong = [
            (f"{_POINTER}/{name}/{row}/{hour}", "is no number and not null")
            for row, values in enumerate(rows)
            for hour, value in enumerate(values)
            if type(value) not in _NUMBERS
        ]
        raise UnusableValues(wrong[:_SHOWN], len(wrong))
    try:
        values = np.array(list(chain.from_iterable(rows)), dtype=np.float64).reshape(len(rows), hours)
    except OverflowError:
        values = np.array([[np.nan if each is None else _to_float(each) for each in row] for row in rows])
    parameter = PARAMETERS[name]
    outside = (values < parameter.low - parameter.noise) | (values > parameter.high)
    if outside.any():
        cells = np.argwhere(outside)
        credible = (
            f"which is not credible: {name} lies from {parameter.low:g} to {parameter.high:g} {parameter.unit};"
            " a missing value is null"
        )
        raise UnusableValues(
            [
                (f"{_POINTER}/{name}/{row}/{hour}", f"is {_shown(rows[row][hour])}, {credible}")
                for row, hour in cells[:_SHOWN].tolist()
            ],
            len(cells),
        )
    return values.astype(np.float32)


def _to_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def _shown(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)[:24]


def _escaped(name: str) -> str:
    return name[:64].replace("~", "~0").replace("/", "~1")
