"""What is known of a station only grows."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.stations import Series, Station, widen

DAY = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)


def station(*series: Series, name: str = "Aotizhongxin", latitude: float = 39.982, described: int = 0) -> Station:
    described_at = DAY + dt.timedelta(hours=described)
    return Station("openaq-501001", name, latitude, 116.397, "openaq", tuple(series), described_at)


def span(parameter: str, first: int, last: int) -> Series:
    return Series(parameter, DAY + dt.timedelta(hours=first), DAY + dt.timedelta(hours=last))


SEEN = st.builds(
    lambda parameter, first, length, name, described: station(
        span(parameter, first, first + length), name=name, described=described
    ),
    st.sampled_from(["no2", "o3", "pm25"]),
    st.integers(0, 50),
    st.integers(1, 50),
    st.sampled_from(["Aotizhongxin", "Olympic Park"]),
    st.integers(0, 2),
)


def test_a_station_is_taken_as_first_seen() -> None:
    assert widen(None, station(span("pm25", 0, 5))) == station(span("pm25", 0, 5))


def test_a_series_grows_at_both_ends_and_never_shrinks() -> None:
    known = station(span("pm25", 5, 10))
    assert widen(known, station(span("pm25", 0, 6))) == station(span("pm25", 0, 10))
    assert widen(known, station(span("pm25", 7, 20))) == station(span("pm25", 5, 20))
    assert widen(known, station(span("pm25", 6, 9))) == known


def test_series_are_ordered_by_parameter() -> None:
    assert widen(station(span("pm25", 0, 1)), station(span("no2", 0, 1))).series == (
        span("no2", 0, 1),
        span("pm25", 0, 1),
    )


@pytest.mark.parametrize("is_read_late", [False, True])
def test_name_and_place_are_those_of_the_newest_upload(is_read_late: bool) -> None:
    old, new = station(span("pm25", 0, 1)), station(name="Olympic Park", latitude=40.0, described=1)
    widened = widen(new, old) if is_read_late else widen(old, new)
    assert (widened.name, widened.latitude, widened.series) == ("Olympic Park", 40.0, (span("pm25", 0, 1),))


@pytest.mark.parametrize("is_read_late", [False, True])
def test_the_country_is_that_of_the_place_that_counts(is_read_late: bool) -> None:
    def widened(old: Station, new: Station) -> str | None:
        return (widen(new, old) if is_read_late else widen(old, new)).country

    china = replace(station(), country="CN")
    assert widened(china, replace(station(latitude=0.0, described=1), country="FJ")) == "FJ"
    assert widened(china, station(latitude=-40.0, described=1)) is None
    assert widened(china, station(described=1)) == "CN"
    assert widened(station(), replace(station(described=1), country="CN")) == "CN"


@pytest.mark.parametrize("order", [("epa", "airnow"), ("airnow", "epa")])
def test_of_two_sources_the_one_of_higher_precedence_stays(order: tuple[str, str]) -> None:
    first, second = (replace(station(span("pm25", 0, 1)), source=source) for source in order)
    assert widen(first, second).source == "epa"


@given(seen=st.lists(SEEN, min_size=1), data=st.data())
def test_what_is_known_does_not_depend_on_the_order_of_the_files(seen: list[Station], data: st.DataObject) -> None:
    def widened(order: list[Station]) -> Station | None:
        known = None
        for each in order:
            known = widen(known, each)
        return known

    assert widened(data.draw(st.permutations(seen))) == widened(seen)
