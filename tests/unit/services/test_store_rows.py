"""How batches reach the stores: each day of a station's parameter once, and never too many objects."""

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pytest

from geoclimate.columnar.blocks import Batch
from geoclimate.columnar.columns import Monitor, ObservationColumns, Vocabulary
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import Refusal
from geoclimate.services import store_refusals, store_rows
from geoclimate.services.merge_outcome import Comparison, DifferingObservation, MergeCounts
from geoclimate.services.store_rows import RowPreview, RowStorage
from tests.ingest_fakes import World

HOUR = 3_600_000_000
DELIVERY = Delivery("ab" * 32, dt.datetime(2020, 1, 2, tzinfo=dt.UTC), dt.datetime(2020, 1, 2, tzinfo=dt.UTC), "a.csv")


def batch(hours: int, instruments: int = 1) -> Batch:
    """`hours` of each instrument of one station, ordered by instrument as a batch is."""
    vocabulary = Vocabulary()
    numbers = [
        vocabulary.monitor(Monitor("openaq-1", "Dongsi", 39.9, 116.4, "pm25", str(number), "µg/m³", "openaq"))
        for number in range(instruments)
    ]
    start = np.tile(np.arange(hours, dtype=np.int64) * HOUR, instruments)
    count = len(start)
    columns = ObservationColumns(
        vocabulary,
        np.repeat(np.asarray(numbers, np.int32), hours),
        start,
        start + HOUR,
        np.arange(count, dtype=np.float64),
        np.arange(count, dtype=np.float64),
        np.zeros(count, np.int16),
        np.arange(2, count + 2, dtype=np.int32),
    )
    return Batch(0, columns, (), 0)


class _Merges:
    """Remembers what came at once."""

    def __init__(self) -> None:
        self.parts: list[list[Observation]] = []

    def merge(self, observations: Iterable[Observation]) -> MergeCounts:
        self.parts.append(list(observations))
        return MergeCounts(added=len(self.parts[-1]))

    def compare(self, observations: Iterable[Observation], most: int) -> Comparison:
        rows = list(observations)
        differing = [DifferingObservation(row, row, would_replace=True) for row in rows]
        return Comparison(MergeCounts(revised=len(rows)), tuple(differing[:most]))


def test_stores_each_day_in_one_part_whatever_instrument_its_rows_are_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_rows, "MERGED_AT_ONCE", 100)
    store = _Merges()
    counts = RowStorage(World().lake, store, DELIVERY).take(batch(hours=240, instruments=2))  # type: ignore[arg-type]
    assert counts == MergeCounts(added=480)
    assert [len(part) for part in store.parts] == [96, 96, 96, 96, 96]
    days = [{row.start.date() for row in part} for part in store.parts]
    assert sum(map(len, days)) == len(set.union(*days)) == 10


def test_a_single_day_of_more_rows_than_fit_is_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_rows, "MERGED_AT_ONCE", 10)
    store = _Merges()
    RowStorage(World().lake, store, DELIVERY).take(batch(hours=36))  # type: ignore[arg-type]
    assert [len(part) for part in store.parts] == [24, 12]


def test_takes_a_batch_without_rows() -> None:
    store = _Merges()
    assert RowStorage(World().lake, store, DELIVERY).take(batch(hours=0)) == MergeCounts()  # type: ignore[arg-type]
    assert store.parts == []


def test_keeps_refused_rows_in_numbered_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_refusals, "LISTED_AT_ONCE", 2)
    world = World()
    storage = RowStorage(world.lake, world.observations, DELIVERY)
    refusals = [Refusal(line, "value", "x", "number", "", f"line {line}") for line in range(2, 7)]
    storage.refuse(refusals[:1])
    storage.refuse(refusals[1:])
    storage.finish()
    assert {number: [each.line for each in rows] for (_, number), rows in world.lake.refused.items()} == {
        0: [2, 3],
        1: [4, 5],
        2: [6],
    }


def test_a_preview_lists_the_first_differences_and_counts_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_rows, "MERGED_AT_ONCE", 24)
    monkeypatch.setattr(store_rows, "MOST_DIFFERENCES", 30)
    preview = RowPreview(_Merges(), DELIVERY)  # type: ignore[arg-type]
    assert preview.take(batch(hours=48)) == MergeCounts(revised=48)
    assert [difference.line for difference in preview.differences] == list(range(2, 32))
