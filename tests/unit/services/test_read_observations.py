"""Which window of observations a request gets."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import InvalidQuery, UnknownSeries, UnknownStation
from geoclimate.services.observation_window import ObservationQuery, PageRequest
from geoclimate.services.read_observations import ObservationPage, read_observations
from tests.api_fakes import EMBASSY, FIRST, LAST, NOW, ObservationsInMemory, StationsInMemory, hourly

_HOUR = dt.timedelta(hours=1)
_STORE = ObservationsInMemory(hourly(72))


def _read(
    start: dt.datetime | None, end: dt.datetime | None, station: str = EMBASSY.id, parameter: str = "pm25"
) -> ObservationPage:
    return read_observations(StationsInMemory(), _STORE, lambda: NOW, ObservationQuery(station, parameter, start, end))


def test_without_a_window_gives_the_last_24_hours_of_the_series() -> None:
    window = _read(None, None)

    assert (window.start, window.end) == (LAST - 24 * _HOUR, LAST)
    assert [one.start for one in window.observations] == [LAST - (24 - hour) * _HOUR for hour in range(24)]


def test_a_window_by_its_ends_needs_the_station_only_where_it_is_empty() -> None:
    stations = StationsInMemory()

    def reads(start: dt.datetime | None, end: dt.datetime | None) -> int:
        stations.reads = 0
        read_observations(stations, _STORE, lambda: NOW, ObservationQuery(EMBASSY.id, "pm25", start, end))
        return stations.reads

    assert reads(LAST - _HOUR, None) == reads(None, LAST) == 0
    assert reads(LAST + _HOUR, None) == 1
    assert reads(None, None) == 1


def test_without_an_end_gives_24_hours_from_the_start() -> None:
    window = _read(LAST - 48 * _HOUR, None)

    assert (window.start, window.end) == (LAST - 48 * _HOUR, LAST - 24 * _HOUR)
    assert len(window.observations) == 24


def test_without_a_start_gives_24_hours_up_to_the_end() -> None:
    assert _read(None, LAST - _HOUR).start == LAST - 25 * _HOUR


def test_the_end_of_the_window_is_not_included() -> None:
    window = _read(LAST - 3 * _HOUR, LAST - _HOUR)

    assert [one.start for one in window.observations] == [LAST - 3 * _HOUR, LAST - 2 * _HOUR]


def test_a_window_after_the_series_is_empty_and_no_error() -> None:
    assert _read(LAST + _HOUR, LAST + 2 * _HOUR).observations == []


@pytest.mark.parametrize("span", [dt.timedelta(0), -_HOUR])
def test_refuses_a_window_that_does_not_begin_before_its_end(span: dt.timedelta) -> None:
    with pytest.raises(InvalidQuery, match="must lie before 'to'") as caught:
        _read(FIRST, FIRST + span)
    assert caught.value.parameter == "from"


def test_refuses_a_window_of_more_than_a_year_and_says_to_ask_in_parts_or_coarser() -> None:
    with pytest.raises(InvalidQuery, match="366 days at most, so ask in parts, or for a coarser step") as caught:
        _read(FIRST, FIRST + dt.timedelta(days=366, seconds=1))
    assert caught.value.parameter == "to"


def test_refuses_an_unknown_station_and_a_series_not_measured() -> None:
    with pytest.raises(UnknownStation):
        _read(None, None, station="openaq-0")
    with pytest.raises(UnknownSeries):
        _read(None, None, parameter="no2")


@given(st.integers(0, 71), st.integers(1, 72), st.integers(1, 72))
def test_two_windows_side_by_side_hold_what_one_over_both_holds(first: int, span: int, more: int) -> None:
    start = LAST - 72 * _HOUR + first * _HOUR
    middle, end = start + span * _HOUR, start + (span + more) * _HOUR

    halves = [*_read(start, middle).observations, *_read(middle, end).observations]

    assert halves == list(_read(start, end).observations)


def _pages(query: ObservationQuery, store: ObservationsInMemory, limit: int | None) -> list[ObservationPage]:
    pages: list[ObservationPage] = []
    begin = None
    while not pages or begin is not None:
        page = read_observations(StationsInMemory(), store, lambda: NOW, query, PageRequest(limit, begin))
        begin = page.after
        pages.append(page)
    return pages


@given(st.integers(1, 200), st.integers(1, 3))
def test_pages_hold_what_the_window_holds_and_never_part_an_instant(limit: int, instruments: int) -> None:
    store = ObservationsInMemory(
        replace(one, instrument=str(number)) for one in hourly(72) for number in range(instruments)
    )
    query = ObservationQuery(EMBASSY.id, "pm25", LAST - 72 * _HOUR, LAST)

    pages = _pages(query, store, limit)

    found = [one for page in pages for one in page.observations]
    assert found == store.read(EMBASSY.id, "pm25", LAST - 72 * _HOUR, LAST)
    assert all(len(page.observations) <= max(limit, instruments) for page in pages)
    starts = [{one.start for one in page.observations} for page in pages]
    assert sum(map(len, starts)) == len(set().union(*starts))
    assert all((page.start, page.end) == (LAST - 72 * _HOUR, LAST) for page in pages)


def test_a_page_looks_at_31_days_and_may_be_empty() -> None:
    pages = _pages(ObservationQuery(EMBASSY.id, "pm25", FIRST - dt.timedelta(days=40), LAST), _STORE, None)

    assert [len(page.observations) for page in pages] == [0, 0, 0, 72]
    assert pages[0].after == FIRST - dt.timedelta(days=9)


def test_more_observations_of_one_instant_than_a_page_takes_come_together() -> None:
    (one,) = hourly(1)
    store = ObservationsInMemory(replace(one, instrument=str(number)) for number in range(5))
    query = ObservationQuery(EMBASSY.id, "pm25", one.start, one.end)

    (page,) = _pages(query, store, 2)

    assert len(page.observations) == 5


def test_only_the_flags_and_the_instrument_asked_for_are_given() -> None:
    first, second, third = hourly(3)
    store = ObservationsInMemory([first, replace(second, flag="spike"), replace(third, instrument="2")])
    window = ObservationQuery(EMBASSY.id, "pm25", LAST - 3 * _HOUR, LAST)

    (valid,) = _pages(replace(window, flags=frozenset({"valid"})), store, None)
    (own,) = _pages(replace(window, instrument="2"), store, None)

    assert [one.instrument for one in valid.observations] == ["2", "23735"]
    assert [one.instrument for one in own.observations] == ["2"]


def _as_of(as_of: dt.datetime, *, start: dt.datetime | None = LAST - 2 * _HOUR) -> ObservationPage:
    """Two hours that were uploaded a day ago, one of which was corrected half a day ago."""
    delivered = [replace(one, ingested_at=NOW - 24 * _HOUR) for one in hourly(2)]
    corrected = replace(delivered[0], value=99.0, file_digest="1" * 64, ingested_at=NOW - 12 * _HOUR)
    store = ObservationsInMemory([*delivered, corrected])
    query = ObservationQuery(EMBASSY.id, "pm25", start, None, as_of)
    return read_observations(StationsInMemory(), store, lambda: NOW, query)


@pytest.mark.parametrize(
    ("hours_ago", "served"),
    [(25, []), (24, [40.25, 40.0]), (13, [40.25, 40.0]), (12, [40.25, 99.0]), (0, [40.25, 99.0])],
)
def test_as_of_an_instant_gives_what_was_served_then(hours_ago: int, served: list[float]) -> None:
    assert [one.value for one in _as_of(NOW - hours_ago * _HOUR).observations] == served


def test_refuses_an_as_of_in_the_future_since_files_may_still_come() -> None:
    with pytest.raises(InvalidQuery, match="in the future: it is 2014-12-31T16:40:00Z") as caught:
        _as_of(NOW + dt.timedelta(microseconds=1))
    assert caught.value.parameter == "as_of"


def test_refuses_an_as_of_without_a_window_since_the_series_had_another_end_then() -> None:
    with pytest.raises(InvalidQuery, match="needs 'from' or 'to' beside it") as caught:
        _as_of(NOW, start=None)
    assert caught.value.parameter == "as_of"
