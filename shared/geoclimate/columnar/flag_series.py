"""Flat lines and spikes among the hourly values of a series."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.columns import VALID_FLAG, Vocabulary
from geoclimate.columnar.sorted_rows import Mask, Positions, SortedRows, Times
from geoclimate.domain.quality import FLAT_LINE, SPIKE
from geoclimate.domain.series_rules import (
    LEAST_SCALE,
    MAD_TO_SIGMA,
    SERIES_RULES,
    SPIKE_HOURS,
    SPIKE_NEIGHBOURS,
    SPIKE_RETURN,
    SPIKE_Z,
)

_HOUR: Final = 3_600_000_000
_LOOKED_AT_ONCE: Final = 8_192
_AROUND: Final = np.array([step for step in range(-SPIKE_HOURS, SPIKE_HOURS + 1) if step])
_CODES: Final = {code: number for number, code in enumerate(SERIES_RULES)}
_FLAT: Final = [rules.flat_line for rules in SERIES_RULES.values()]
_FLAT_VALUES: Final = np.array([flat.values for flat in _FLAT])
_FLAT_ABOVE: Final = np.array([flat.above for flat in _FLAT])
_FLAT_BELOW: Final = np.array([flat.below for flat in _FLAT])
_FEWEST_FLAT: Final = int(_FLAT_VALUES.min())
_JUMP: Final = np.array([rules.jump for rules in SERIES_RULES.values()])

_Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Hours:
    """Hour-long rows in the order of series and time.

    Attributes:
        rows: Positions among all rows.
        series: Number of the series.
        start: Beginning of the hour.
        value: Canonical unit.
        step: Change from the hour before; NaN where that is not there.
    """

    rows: Positions
    series: npt.NDArray[np.int32]
    start: Times
    value: _Values
    step: _Values

    @classmethod
    def of(cls, rows: SortedRows) -> "_Hours":
        columns = rows.columns
        chosen = np.flatnonzero(columns.end - columns.start == _HOUR)
        series, start, value = rows.series, columns.start, columns.value
        if len(chosen) < len(rows):
            series, start, value = series[chosen], start[chosen], value[chosen]
        step = np.full(len(chosen), np.nan)
        follows = (series[1:] == series[:-1]) & (start[1:] - start[:-1] == _HOUR)
        np.subtract(value[1:], value[:-1], out=step[1:], where=follows)
        return cls(chosen, series, start, value, step)


class SeriesFlags:
    """Flags the rows of one file."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        # By monitor: number of its parameter's rules.
        self._rules = np.empty(0, np.intp)

    def flags(self, rows: SortedRows) -> npt.NDArray[np.int16]:
        """Each row's flag: its own, or `flat-line` or `spike` where it was valid."""
        flag = rows.columns.flag
        hours = _Hours.of(rows)
        if not len(hours.rows):
            return flag
        met = self._vocabulary.monitors[len(self._rules) :]
        self._rules = np.append(self._rules, np.array([_CODES[each.parameter] for each in met], np.intp))
        rules = self._rules[rows.columns.monitor[hours.rows]]
        found = {FLAT_LINE: _flat_lines(hours, rules), SPIKE: _spikes(hours, rules)}
        if any(map(len, found.values())):
            flag = flag.copy()
            for name, places in found.items():
                flagged = hours.rows[places]
                valid = flagged[flag[flagged] == VALID_FLAG]
                if len(valid):
                    flag[valid] = self._vocabulary.flag(name)
        return flag


def _flat_lines(hours: _Hours, rules: Positions) -> Positions:
    """Places of the hours that belong to a flat line, all of it."""
    begins = np.flatnonzero(hours.step != 0.0)
    lengths = np.diff(begins, append=len(hours.step))
    long = lengths >= _FEWEST_FLAT
    begins, lengths = begins[long], lengths[long]
    value, rule = hours.value[begins], rules[begins]
    flat = (lengths >= _FLAT_VALUES[rule]) & (value > _FLAT_ABOVE[rule]) & (value < _FLAT_BELOW[rule])
    ranges = [np.arange(begin, begin + length) for begin, length in zip(begins[flat], lengths[flat], strict=True)]
    return np.concatenate([np.empty(0, np.intp), *ranges])


def _spikes(hours: _Hours, rules: Positions) -> Positions:
    """Places of the hours that are spikes."""
    step = hours.step
    jump = np.minimum(np.abs(step[:-1]), np.abs(step[1:]))
    # A comparison with NaN, where a neighbour is missing, is false.
    places = np.flatnonzero(jump > _JUMP.min())
    places = places[(jump[places] > _JUMP[rules[places]]) & (step[places] * step[places + 1] < 0.0)]
    parts = [places[begin : begin + _LOOKED_AT_ONCE] for begin in range(0, len(places), _LOOKED_AT_ONCE)]
    return np.concatenate(
        [np.empty(0, np.intp), *(part[_is_far_out(hours, part, _JUMP[rules[part]])] for part in parts)]
    )


def _is_far_out(hours: _Hours, places: Positions, jump: _Values) -> Mask:
    around = places[:, np.newaxis] + _AROUND
    inside = (around >= 0) & (around < len(hours.value))
    around[~inside] = 0
    apart = np.abs(hours.start[around] - hours.start[places, np.newaxis])
    same = hours.series[around] == hours.series[places, np.newaxis]
    values = np.where(inside & same & (apart <= SPIKE_HOURS * _HOUR), hours.value[around], np.nan)
    count = np.count_nonzero(~np.isnan(values), axis=1)
    median = _medians(values, count)
    spread = _medians(np.abs(values - median[:, np.newaxis]), count)
    distance = np.abs(hours.value[places] - median)
    beside = np.maximum(np.abs(hours.value[places - 1] - median), np.abs(hours.value[places + 1] - median))
    scale = np.maximum(MAD_TO_SIGMA * spread, LEAST_SCALE * jump)
    far_out: Mask = (count >= SPIKE_NEIGHBOURS) & (distance > SPIKE_Z * scale) & (beside <= SPIKE_RETURN * distance)
    return far_out


def _medians(values: _Values, count: Positions) -> _Values:
    """The median of each row's numbers, at least one; numpy sorts NaN behind them."""
    ordered = np.sort(values, axis=1)
    row = np.arange(len(values))
    return (ordered[row, (count - 1) // 2] + ordered[row, count // 2]) / 2.0
