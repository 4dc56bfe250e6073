"""Excerpts are from the Beijing multi-site air-quality data (S. Chen, 2017, UCI Machine Learning Repository, data set
501, CC BY 4.0); times in the names are local, UTC+8."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.columnar.blocks import Batch, Block
from geoclimate.columnar.check_series import SeriesChecks
from geoclimate.columnar.columns import Vocabulary
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.series_rules import (
    LEAST_SCALE,
    MAD_TO_SIGMA,
    SERIES_RULES,
    SPIKE_HOURS,
    SPIKE_NEIGHBOURS,
    SPIKE_RETURN,
    SPIKE_Z,
)
from tests.series_rows import DELIVERY, HOUR, MIDNIGHT, Row, checked, columns


def flags_of(batches: Sequence[Batch]) -> dict[tuple[str, int], str]:
    """Flagged rows by instrument and hour."""
    return {
        (seen.vocabulary.monitors[monitor].instrument, (start - MIDNIGHT) // HOUR): seen.vocabulary.flags[flag]
        for batch in batches
        for seen in [batch.columns]
        for monitor, start, flag in zip(seen.monitor.tolist(), seen.start.tolist(), seen.flag.tolist(), strict=True)
        if flag
    }


def flagged(parameter: str, values: Sequence[float | None]) -> dict[int, str]:
    """Flags of consecutive hours by their place; None is a missing hour."""
    rows = [Row(2 + hour, 1, hour, value) for hour, value in enumerate(values) if value is not None]
    return {hour: flag for (_, hour), flag in flags_of(checked(rows, parameter=parameter)).items()}


def hours(text: str) -> list[float | None]:
    """Consecutive hours as the file has them: `NA` is missing, `36x18` stands 18 times."""
    found: list[float | None] = []
    for word in text.split():
        value, _, count = word.partition("x")
        found += [None if value == "NA" else float(value)] * int(count or 1)
    return found


FLAT_LINES = {
    # Six hours in which all eight stations stood still.
    "Dongsi 2013-09-17T23": ("pm25", "114 122 115 121 124x7 133 122 133 126 115", range(4, 11)),
    # Nongzhanguan and Dongsi held their values from the same hour on.
    "Nongzhanguan 2014-09-23T12": ("pm10", "37 27 27 28 26 31 36x18 16 15 13 10 20", range(6, 24)),
    "Dongsi 2013-08-16T13": ("o3", "178 146 221 1026 1071x12 45 12 24 36 47", range(4, 16)),
    # From 4 to 17 March 2013 the column has the day's maximum so far instead of the hour's mean.
    "Dongsi 2013-03-07T14": ("o3", "87 105 107 107 107 20 107x20 104 99 99 99 99", range(6, 26)),
    "Aotizhongxin 2013-11-06T06": ("co", "2300 2400 2500 2300 2300 2400x24 NA NA", range(5, 29)),
    "Dongsi 2014-11-29T06": ("temperature", "0 0 0 1 2 3x20 5.3 5.7 5.6 6", range(5, 25)),
}

SPIKES = {
    # Calibration gas, every other night at 2 in June and July 2014.
    "Guanyuan 2014-07-03T14": ("so2", "2x12 207 2x12"),
    "Nongzhanguan 2013-05-05T00": (
        "pm25",
        "91 109 124 129 140 141 141 157 157 175 187 194 844 216 221 221 213 219 159 230 242 260 224 160 148",
    ),
    # The value is the end of the instrument's scale.
    "Guanyuan 2013-10-28T23": (
        "pm10",
        "344 343 343 46 17 18 20 20 6 31 36 29 999 4 10 15 29 29 37 37 72 68 69 69 66",
    ),
    "Tiantan 2014-11-18T05": (
        "co",
        "1600 1200 1200 1200 1300 1300 1200 NA 1200 1200 900 1300 9300 1400 1600 2300 3000 3100 3000 3200 3500 3800",
    ),
}

HONEST = {
    # Fireworks at New Year: the peak lingers.
    "Dingling 2016-02-07T13": (
        "pm25",
        "18 16 17 16 22 19 11 5 36 18 27 28 881 610 189 97 60 63 26 24 14 11 10 6 8",
    ),
    "Dongsi 2016-02-07T13": (
        "so2",
        "14 6 6 7 7 7 18 16 15 27 36 147 278 187 201 185 161 129 115 67 13 4 2 2 2",
    ),
    # Clean air: as little as the instrument can show, for 29 hours.
    "Dongsi 2014-06-06T15": ("so2", "2x29"),
    "a dry month": ("precipitation", "0x720"),
    "fog": ("relativehumidity", "100x48"),
}


@pytest.mark.parametrize("name", FLAT_LINES)
def test_flags_the_whole_of_a_flat_line(name: str) -> None:
    parameter, values, flat = FLAT_LINES[name]
    assert flagged(parameter, hours(values)) == dict.fromkeys(flat, "flat-line")


@pytest.mark.parametrize("name", SPIKES)
def test_flags_a_value_that_its_neighbours_do_not_confirm(name: str) -> None:
    parameter, values = SPIKES[name]
    assert flagged(parameter, hours(values)) == {12: "spike"}


@pytest.mark.parametrize("name", HONEST)
def test_leaves_honest_values_alone(name: str) -> None:
    parameter, values = HONEST[name]
    assert flagged(parameter, hours(values)) == {}


def test_a_gap_breaks_a_flat_line() -> None:
    assert flagged("pm25", [30.0, *[80.0] * 5, None, *[80.0] * 5, 30.0]) == {}


def test_a_gap_beside_a_value_leaves_no_spike() -> None:
    assert flagged("so2", [*[2.0] * 11, None, 207.0, *[2.0] * 12]) == {}


def test_a_spike_needs_enough_values_around_it() -> None:
    assert flagged("so2", [2.0, 2.0, 2.0, 207.0, 2.0, 2.0, 2.0]) == {}


def test_looks_at_hourly_values_only() -> None:
    rows = [Row(2 + n, 1, 24 * n, 80.0, minutes=1440) for n in range(30)]
    assert flags_of(checked(rows)) == {}


def test_a_daily_value_among_the_hours_breaks_no_flat_line() -> None:
    rows = [Row(2 + hour, 1, hour, 80.0) for hour in range(10)]
    rows.append(Row(90, 1, 4, 55.0, minutes=1440))
    assert flags_of(checked(rows)) == {("1", hour): "flat-line" for hour in range(10)}


def test_a_row_that_has_a_flag_keeps_it(tmp_path: Path) -> None:
    vocabulary = Vocabulary()
    stuck = columns(vocabulary, [Row(2 + hour, 1, hour, 80.0) for hour in range(7)])
    stuck.flag[3] = vocabulary.flag("qualified")
    checks = SeriesChecks(vocabulary, tmp_path, DELIVERY)
    assert list(checks.add(Block(stuck))) == []
    [batch] = checks.finish()
    found = [vocabulary.flags[flag] for flag in batch.columns.flag]
    assert found == ["flat-line", "flat-line", "flat-line", "qualified", "flat-line", "flat-line", "flat-line"]


def test_every_parameter_has_rules_that_a_day_before_and_after_decides() -> None:
    assert set(SERIES_RULES) == set(PARAMETERS)
    assert max(rules.flat_line.values for rules in SERIES_RULES.values()) <= 25
    assert SPIKE_HOURS <= 24


def _runs_over_midnight(values: int, level: float) -> list[Row]:
    """Forty days of one series; every midnight lies in a run of so many equal values, elsewhere every time."""
    found = [level + hour % 7 * level / 10 for hour in range(24 * 40)]
    for day in range(2, 39, 2):
        begin = 24 * day - day % (values + 1)
        found[begin : begin + values] = [3.0 * level] * values
    return [Row(2 + hour, 1, hour, value) for hour, value in enumerate(found)]


@pytest.mark.parametrize("parameter", ["pm25", "co"])
def test_a_flat_line_that_lies_in_two_batches_is_flagged_whole(parameter: str) -> None:
    rules = SERIES_RULES[parameter].flat_line
    rows = _runs_over_midnight(rules.values, 2 * rules.above)
    whole = flags_of(checked(rows, parameter=parameter))
    assert len(whole) == 19 * rules.values
    for batch_rows in range(100, 350, 7):
        assert flags_of(checked(rows, batch_rows=batch_rows, parameter=parameter)) == whole


def test_a_spike_at_midnight_is_seen_with_the_hours_before_and_after_it() -> None:
    spikes = {24 * day + day % 3 - 1 for day in range(1, 40)}
    rows = [Row(2 + hour, 1, hour, 400.0 if hour in spikes else 20.0 + hour % 5) for hour in range(24 * 40)]
    whole = flags_of(checked(rows))
    assert whole == {("1", hour): "spike" for hour in spikes}
    for batch_rows in range(100, 350, 7):
        assert flags_of(checked(rows, batch_rows=batch_rows)) == whole


class _Expected:
    """The rules in plain words, over the whole of a file of PM2.5."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.flags: dict[tuple[str, int], str] = {}
        for series in {row.series for row in rows}:
            self._add(str(series), {row.hour: row.value for row in rows if row.series == series})

    def _add(self, instrument: str, values: dict[int, float]) -> None:
        rules = SERIES_RULES["pm25"]
        for hour, value in values.items():
            first = last = hour
            while values.get(first - 1) == value:
                first -= 1
            while values.get(last + 1) == value:
                last += 1
            if last - first + 1 >= rules.flat_line.values and value > rules.flat_line.above:
                self.flags[instrument, hour] = "flat-line"
            elif self._is_spike(values, hour, rules.jump):
                self.flags[instrument, hour] = "spike"

    @staticmethod
    def _is_spike(values: dict[int, float], hour: int, jump: float) -> bool:
        value = values[hour]
        if hour - 1 not in values or hour + 1 not in values:
            return False
        before, after = values[hour - 1], values[hour + 1]
        if (value > before) != (value > after) or min(abs(value - before), abs(value - after)) <= jump:
            return False
        near = range(hour - SPIKE_HOURS, hour + SPIKE_HOURS + 1)
        around = [values[other] for other in near if other in values and other != hour]
        centre = median(around)
        scale = max(MAD_TO_SIGMA * median(abs(other - centre) for other in around), LEAST_SCALE * jump)
        return (
            len(around) >= SPIKE_NEIGHBOURS
            and abs(value - centre) > SPIKE_Z * scale
            and max(abs(before - centre), abs(after - centre)) <= SPIKE_RETURN * abs(value - centre)
        )


_SERIES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([30.0, 31.0, 40.0, 300.0, 1000.0, None]), st.just(1)),
        st.tuples(st.sampled_from([10.0, 30.0, 31.0]), st.integers(2, 9)),
        st.tuples(st.just(30.0), st.integers(60, 120)),
    ),
    max_size=60,
).map(lambda runs: [value for value, count in runs for _ in range(count)])


def _file(both: list[list[float | None]], *, by_series: bool) -> list[Row]:
    found = [(n, hour, value) for n, one in enumerate(both) for hour, value in enumerate(one) if value is not None]
    if not by_series:
        found.sort(key=lambda row: row[1])
    return [Row(2 + line, *row) for line, row in enumerate(found)]


@given(
    both=st.lists(_SERIES, min_size=2, max_size=2),
    by_series=st.booleans(),
    block_rows=st.integers(1, 300),
    batch_rows=st.integers(192, 700),
)
@settings(max_examples=100, deadline=None)
def test_flags_of_an_ordered_file_depend_on_no_block_and_no_batch(
    both: list[list[float | None]], by_series: bool, block_rows: int, batch_rows: int
) -> None:
    rows = _file(both, by_series=by_series)
    assert flags_of(checked(rows, block_rows, batch_rows)) == _Expected(rows).flags


@given(both=st.lists(_SERIES, min_size=2, max_size=2), seed=st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_lines_of_a_batch_changes_no_flag(both: list[list[float | None]], seed: Random) -> None:
    rows = _file(both, by_series=True)
    shuffled = seed.sample(rows, len(rows))
    assert flags_of(checked([row._replace(line=2 + n) for n, row in enumerate(shuffled)])) == _Expected(rows).flags
