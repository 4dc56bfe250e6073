import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.columnar import unique_intervals
from geoclimate.columnar.blocks import Batch, Block
from geoclimate.columnar.check_series import SeriesChecks
from geoclimate.columnar.columns import Vocabulary
from geoclimate.domain.quality import Refusal, RowRule
from geoclimate.domain.series_rules import MOST_A_DAY
from tests.series_rows import DELIVERY, HOUR, MIDNIGHT, UPLOADED, Row, checked, columns, hourly


def lines_of(batch: Batch) -> list[int]:
    return [int(line) for line in batch.columns.line]


def all_lines(batches: Sequence[Batch]) -> list[int]:
    return sorted(line for batch in batches for line in lines_of(batch))


def refused(batches: Sequence[Batch]) -> list[tuple[int, str]]:
    return [(refusal.line, refusal.rule) for batch in batches for refusal in batch.refusals]


def repeated(batches: Sequence[Batch]) -> int:
    return sum(batch.repeated for batch in batches)


def test_gives_rows_ordered_by_series_and_time() -> None:
    [batch] = checked([Row(2, 5, 3, 1.0), Row(3, 6, 1, 2.0), Row(4, 5, 1, 3.0), Row(5, 6, 0, 4.0)])
    assert lines_of(batch) == [4, 2, 5, 3]
    assert (batch.number, batch.refusals, batch.repeated) == (0, [], 0)


def test_a_row_that_says_the_same_again_is_counted() -> None:
    [batch] = checked([Row(2, 1, 0, 42.0), Row(3, 1, 0, 42.0), Row(4, 1, 0, 42.0)])
    assert (lines_of(batch), batch.refusals, batch.repeated) == ([2], [], 2)


def test_refuses_a_row_that_contradicts_an_earlier_line() -> None:
    [batch] = checked([Row(2, 1, 0, 42.0), Row(3, 1, 0, 43.0), Row(4, 1, 0, 43.5)])
    assert lines_of(batch) == [2]
    assert batch.refusals[0] == Refusal(
        line=3,
        column=None,
        value="43",
        rule=RowRule.DUPLICATE,
        message="line 2 gives another value of PM2.5 (42 µg/m³) for the same instrument and interval, and was taken:"
        " deliver one of them",
        raw="openaq-1,pm25,1,2014-01-01T00:00:00+00:00,2014-01-01T01:00:00+00:00,43,µg/m³",
    )
    assert batch.refusals[1].value == "43.5"


def test_another_series_or_another_length_is_another_interval() -> None:
    [batch] = checked([Row(2, 1, 0, 42.0), Row(3, 2, 0, 43.0), Row(4, 1, 0, 44.0, minutes=30)])
    assert (lines_of(batch), batch.repeated) == ([4, 2, 3], 0)


def test_the_lowest_line_decides_across_batches() -> None:
    rows = [Row(2, 1, 0, 1.0), *hourly(1, range(24, 480), 3), Row(900, 1, 0, 2.0), Row(901, 1, 0, 1.0)]
    rows += hourly(2, range(300), 902)
    batches = checked(rows, batch_rows=200)
    assert len(batches) > 3
    assert (refused(batches), repeated(batches)) == ([(900, "duplicate")], 1)
    [refusal] = [refusal for batch in batches for refusal in batch.refusals]
    assert "line 2 gives another value of PM2.5 (1 µg/m³)" in refusal.message


def test_refuses_more_values_a_day_than_one_a_minute() -> None:
    rows = [Row(line, 1, 0, 5.0, minutes=line) for line in range(2, 1444)]
    [batch] = checked(rows)
    assert len(batch.columns) == 1440
    assert [(refusal.line, refusal.rule) for refusal in batch.refusals] == [
        (1442, "too-many-a-day"),
        (1443, "too-many-a-day"),
    ]
    assert "instrument 1 has more than 1440 values on this day" in batch.refusals[0].message
    assert batch.refusals[0].value == "2014-01-02T00:02:00+00:00"


def test_counts_the_values_of_a_day_that_comes_in_pieces() -> None:
    late = range(5_000, 6_441)
    rows = [Row(2, 1, 0, 1.0), *hourly(1, range(24, 2424), 3)]
    rows += [Row(line, 1, 1, 5.0, minutes=line) for line in late]
    batches = checked(rows, batch_rows=500)
    assert refused(batches) == [(6439, "too-many-a-day"), (6440, "too-many-a-day")]
    # The line after the last that fits is refused and not remembered, so its like is refused the same way.
    assert repeated(batches) == 0


def test_gives_each_day_of_an_ordered_file_in_one_batch() -> None:
    rows = [row for series in range(5) for row in hourly(series, range(400), 2 + 400 * series)]
    batches = checked(rows, batch_rows=250)
    assert len(batches) >= 8
    days = Counter(
        day
        for batch in batches
        for day in set(zip(batch.columns.series.tolist(), (batch.columns.start // (24 * HOUR)).tolist(), strict=True))
    )
    assert set(days.values()) == {1}
    assert all_lines(batches) == [row.line for row in rows]


def test_holds_nothing_back_where_the_series_are_too_many_for_a_batch() -> None:
    rows = [Row(2 + 40 * hour + series, series, hour, 1.0 + hour) for hour in range(60) for series in range(40)]
    batches = checked(rows, batch_rows=200)
    assert max(len(batch.columns) for batch in batches) <= 200
    assert all_lines(batches) == [row.line for row in rows]


def test_a_batch_has_no_more_rows_than_asked() -> None:
    batches = checked([row for n in range(3) for row in hourly(n, range(700), 2 + 700 * n)], batch_rows=300)
    assert max(len(batch.columns) for batch in batches) <= 300


def test_refused_lines_fill_batches_too() -> None:
    vocabulary = Vocabulary()
    with TemporaryDirectory() as folder:
        checks = SeriesChecks(vocabulary, Path(folder), DELIVERY, 100)
        refusals = [Refusal(line, None, "", "future", "") for line in range(2, 302)]
        assert list(checks.add(Block(columns(vocabulary, [Row(302, 1, 0, 1.0)]), refusals))) == []
        [batch] = checks.finish()
    assert (batch.number, lines_of(batch)) == (3, [302])


def test_a_batch_has_no_more_lines_than_rows_however_few_of_them_are_taken() -> None:
    rows = [Row(2 + 3 * n, 1, n, 1.0) for n in range(200)]
    assert checked(rows, batch_rows=120)[-1].number == 598 // 120


def test_a_file_without_rows_gives_no_batch() -> None:
    assert checked([]) == []


def test_the_lines_of_a_batch_do_not_depend_on_when_the_file_is_read() -> None:
    """Rows that were in the future at the first attempt come at the second, and move no other row."""
    ended = [row for n in range(2) for row in hourly(n, range(24 * 30), 2 + 2000 * n)]
    soon = (UPLOADED - dt.datetime(2014, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(hours=1)
    coming = [Row(line, 0, soon + line, 3.0) for line in range(1000, 1100)]
    first = {batch.number: set(lines_of(batch)) for batch in checked(ended, batch_rows=300)}
    everything = sorted([*ended, *coming])
    second = {batch.number: set(lines_of(batch)) for batch in checked(everything, batch_rows=300)}
    late = {row.line for row in coming}
    assert {number: lines - late for number, lines in second.items()} == first


class _Expected:
    """The rules in plain words: a row after the other, with all that was seen in memory."""

    def __init__(self, rows: Sequence[Row], most_a_day: int = MOST_A_DAY) -> None:
        days: Counter[tuple[int, int]] = Counter()
        self.taken: dict[tuple[int, int, int], float] = {}
        self.lines: list[int] = []
        self.refused: list[int] = []
        self.repeated = 0
        for row in rows:
            key = (row.series, row.hour, row.minutes)
            day = (row.series, row.hour // 24)
            if key not in self.taken and days[day] < most_a_day:
                days[day] += 1
                self.taken[key] = row.value
                self.lines.append(row.line)
            elif key not in self.taken:
                self.refused.append(row.line)
            elif self.taken[key] == row.value:
                self.repeated += 1
            else:
                self.refused.append(row.line)


_ROWS = st.lists(
    st.builds(
        lambda series, hour, value, minutes: (series, hour, value, minutes),
        st.integers(0, 3),
        st.integers(0, 100),
        st.integers(0, 2).map(float),
        st.sampled_from([60, 60, 60, 30]),
    ),
    max_size=120,
).map(lambda rows: [Row(2 + n // 2, *row) for n, row in enumerate(rows)])


@given(rows=_ROWS, block_rows=st.integers(1, 50), batch_rows=st.integers(1, 60))
@settings(max_examples=150, deadline=None)
def test_takes_what_a_look_at_the_whole_file_takes(rows: list[Row], block_rows: int, batch_rows: int) -> None:
    batches = checked(rows, block_rows, batch_rows)
    expected = _Expected(rows)
    assert all_lines(batches) == expected.lines
    assert sorted(line for line, _ in refused(batches)) == expected.refused
    assert repeated(batches) == expected.repeated


@given(rows=_ROWS, block_rows=st.integers(1, 50), batch_rows=st.integers(1, 60), most=st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_counts_a_day_over_the_whole_file(rows: list[Row], block_rows: int, batch_rows: int, most: int) -> None:
    rows = [row._replace(line=2 + n) for n, row in enumerate(rows)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unique_intervals, "MOST_A_DAY", most)
        batches = checked(rows, block_rows, batch_rows)
    expected = _Expected(rows, most)
    assert all_lines(batches) == expected.lines
    assert sorted(line for line, _ in refused(batches)) == expected.refused
    assert repeated(batches) == expected.repeated


@given(
    rows=_ROWS,
    sizes=st.lists(st.integers(1, 50), min_size=2, max_size=2),
    batch_rows=st.integers(1, 60),
    apart=st.integers(1, 3),
)
@settings(max_examples=100, deadline=None)
def test_the_batches_do_not_depend_on_the_blocks(
    rows: list[Row], sizes: list[int], batch_rows: int, apart: int
) -> None:
    rows = [row._replace(line=apart * row.line) for row in rows]
    one, other = (checked(rows, size, batch_rows) for size in sizes)
    assert [(batch.number, lines_of(batch), batch.repeated) for batch in one] == [
        (batch.number, lines_of(batch), batch.repeated) for batch in other
    ]
    assert refused(one) == refused(other)


@given(
    intervals=st.sets(st.tuples(st.integers(0, 3), st.integers(0, 100)), max_size=80),
    seed=st.randoms(use_true_random=False),
    batch_rows=st.integers(1, 60),
)
@settings(max_examples=100, deadline=None)
def test_any_order_of_lines_that_agree_gives_the_same(
    intervals: set[tuple[int, int]], seed: Random, batch_rows: int
) -> None:
    shuffled = sorted(intervals) * 2
    seed.shuffle(shuffled)
    rows = [Row(2 + n, series, hour, float(series + hour % 9)) for n, (series, hour) in enumerate(shuffled)]
    batches = checked(rows, 7, batch_rows)
    found = [
        (int(series), int(start - MIDNIGHT) // HOUR)
        for batch in batches
        for series, start in zip(
            (int(batch.columns.vocabulary.monitors[n].instrument) for n in batch.columns.monitor),
            batch.columns.start,
            strict=True,
        )
    ]
    assert sorted(found) == sorted(intervals)
    assert (repeated(batches), refused(batches)) == (len(intervals), [])


def test_reads_nothing_again_where_series_go_on_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numpy.load", None)
    batches = checked([row for n in range(3) for row in hourly(n, range(700), 2 + 700 * n)], batch_rows=300)
    assert len(all_lines(batches)) == 2100
