"""The newest value of many stations, and why there is none."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from geoclimate.domain.errors import UnknownStation
from geoclimate.domain.null_reasons import NullReason
from geoclimate.domain.observations import Observation, SeriesWindow
from geoclimate.domain.stations import Series, Station
from geoclimate.services.read_latest import LatestValue, read_latest, read_named_stations
from tests.api_fakes import EMBASSY, FIRST, LAST, SILENT, ObservationsInMemory, StationsInMemory, hourly

_HOUR = dt.timedelta(hours=1)


def _read(*rows: Observation, station: Station = EMBASSY) -> LatestValue:
    [found] = read_latest(ObservationsInMemory(rows), [station], "pm25")
    return found


def test_gives_the_newest_value_however_old() -> None:
    newest, *_ = rows = hourly(30)

    assert _read(*rows).observation == newest
    assert _read(*rows).null_reason is None


def test_a_flagged_value_gives_way_to_the_newest_valid_one() -> None:
    newest, before = hourly(2)

    assert _read(replace(newest, flag="spike"), before).observation == before


def test_a_value_below_the_detection_limit_is_one() -> None:
    newest, before = hourly(2)
    clean = replace(newest, value=-1.0, flag="below-detection")

    assert _read(clean, before).observation == clean


def test_of_two_instruments_the_first_by_name_is_given() -> None:
    [row] = hourly(1)
    first = replace(row, instrument="1")

    assert _read(row, first).observation == first


def test_a_day_s_mean_is_found_whatever_its_time_zone() -> None:
    end = dt.datetime(2014, 12, 31, 5, tzinfo=dt.UTC)
    [row] = hourly(1, end=end)
    mean = replace(row, start=end - dt.timedelta(days=1))
    station = replace(EMBASSY, series=(Series("pm25", FIRST, end),))

    assert _read(mean, station=station).observation == mean


def test_a_station_that_does_not_measure_it_says_so() -> None:
    assert _read(station=SILENT) == LatestValue(SILENT, None, NullReason.NOT_MEASURED)


def test_only_flagged_values_are_rejected_by_quality_rules() -> None:
    rows = [replace(row, flag="flat-line") for row in hourly(3)]

    assert _read(*rows).null_reason is NullReason.QC_REJECTED


def test_what_is_not_stored_is_late() -> None:
    assert _read().null_reason is NullReason.UPSTREAM_LATE


class Counted(ObservationsInMemory):
    """Remembers what was asked for together: of each station, how many hours."""

    def __init__(self, rows: Iterable[Observation]) -> None:
        super().__init__(rows)
        self.asked: list[dict[str, int]] = []

    def read_together(self, windows: Sequence[SeriesWindow]) -> Sequence[Sequence[Observation]]:
        self.asked.append({one.station: (one.end - one.start) // _HOUR for one in windows})
        return super().read_together(windows)


def test_of_all_stations_the_newest_day_is_read_together() -> None:
    other = replace(EMBASSY, id="openaq-7")
    rows = hourly(30)
    store = Counted([*rows, *(replace(row, station=other.id) for row in rows)])

    read_latest(store, [EMBASSY, SILENT, other], "pm25")

    assert store.asked == [{EMBASSY.id: 16, other.id: 16}]


def test_the_days_before_are_read_only_of_stations_whose_end_is_not_there() -> None:
    other = replace(EMBASSY, id="openaq-7")
    newest, *_ = rows = hourly(30)
    store = Counted([*rows, *(replace(row, station=other.id) for row in rows[1:])])

    found = read_latest(store, [EMBASSY, other], "pm25")

    assert store.asked == [{EMBASSY.id: 16, other.id: 16}, {other.id: 32}]
    assert [one.observation and one.observation.end for one in found] == [newest.end, newest.end - _HOUR]


def test_a_mean_that_ends_with_the_series_is_newer_than_an_hour_of_its_last_day() -> None:
    _, hour = hourly(2)
    mean = replace(hour, start=LAST - dt.timedelta(days=1), end=LAST)

    assert _read(hour, mean).observation == mean


def test_stations_that_are_named_are_read_together() -> None:
    stations = StationsInMemory()

    read_named_stations(stations, [SILENT.id, EMBASSY.id])

    assert stations.reads == 1


def test_stations_come_in_the_order_in_which_they_were_named_and_once() -> None:
    found = read_named_stations(StationsInMemory(), [SILENT.id, EMBASSY.id, SILENT.id])

    assert list(found) == [SILENT, EMBASSY]


def test_names_every_id_that_no_station_has() -> None:
    with pytest.raises(UnknownStation, match="'openaq-0' or 'openaq-1'"):
        read_named_stations(StationsInMemory(), ["openaq-0", EMBASSY.id, "openaq-1"])
