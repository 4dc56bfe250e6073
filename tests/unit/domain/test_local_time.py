"""From a clock on the wall to UTC, with the hours that daylight-saving time leaves out and shows twice."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.local_time import LocalClock, zone_named

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "America/Sao_Paulo", "UTC")
HOUR = dt.timedelta(hours=1)
CHANGES = {
    "Europe/Berlin": ["2024-03-31T01:00Z", "2024-10-27T01:00Z"],
    "America/New_York": ["2024-03-10T07:00Z", "2024-11-03T06:00Z"],
    "Australia/Lord_Howe": ["2024-04-06T15:00Z", "2024-10-05T15:30Z"],
    "Asia/Shanghai": ["1986-05-03T18:00Z", "1991-09-14T17:00Z"],
    "America/Sao_Paulo": ["2018-02-18T02:00Z", "2018-11-04T03:00Z"],
}
ANY_TIME = st.datetimes(
    dt.datetime.fromisoformat("1970-01-02"), dt.datetime.fromisoformat("2060-01-01"), timezones=st.just(dt.UTC)
)
NEAR_A_CHANGE = st.builds(
    lambda change, minutes: (change[0], dt.datetime.fromisoformat(change[1]) + dt.timedelta(minutes=minutes)),
    st.sampled_from([(zone, change) for zone, changes in CHANGES.items() for change in changes]),
    st.integers(-1440, 1440),
)


def clock(zone: str) -> LocalClock:
    found = zone_named(zone)
    assert found is not None
    return LocalClock(found, "when", dt.datetime(2100, 1, 1, tzinfo=dt.UTC))


def read(zone: str, *stamps: str) -> list[tuple[str, bool]]:
    """The instants of a series' stamps, in UTC, and whether they are ambiguous."""
    one = clock(zone)
    found = [one.instant("series", dt.datetime.fromisoformat(stamp), stamp) for stamp in stamps]
    return [(f"{instant.time:%m-%dT%H:%M}", instant.ambiguous) for instant in found]


def refusal(zone: str, stamp: str) -> RefusedValue:
    with pytest.raises(RefusedValue) as refused:
        read(zone, stamp)
    return refused.value


@pytest.mark.parametrize(
    ("zone", "stamp", "utc"),
    [
        ("Europe/Berlin", "2024-01-15 12:00", "01-15T11:00"),
        ("Europe/Berlin", "2024-07-15 12:00", "07-15T10:00"),
        ("America/New_York", "2024-07-15 12:00", "07-15T16:00"),
        ("Australia/Lord_Howe", "2024-01-15 12:00", "01-15T01:00"),
        ("Australia/Lord_Howe", "2024-07-15 12:00", "07-15T01:30"),
        ("Asia/Shanghai", "2013-07-15 12:00", "07-15T04:00"),
        ("Asia/Kathmandu", "2024-07-15 12:00", "07-15T06:15"),
        ("+08:00", "2013-07-15 12:00", "07-15T04:00"),
        ("-03:30", "2013-07-15 12:00", "07-15T15:30"),
        ("UTC", "2013-07-15 12:00", "07-15T12:00"),
    ],
)
def test_a_local_time_is_an_instant(zone: str, stamp: str, utc: str) -> None:
    assert read(zone, stamp) == [(utc, False)]


def test_a_zone_has_the_rules_of_the_time_not_of_today() -> None:
    # China had daylight-saving time from 1986 to 1991.
    assert read("Asia/Shanghai", "1990-07-15 12:00", "2013-07-15 12:00") == [
        ("07-15T03:00", False),
        ("07-15T04:00", False),
    ]


@pytest.mark.parametrize(
    ("zone", "stamp", "from_to", "standard"),
    [
        ("Europe/Berlin", "2024-03-31 02:00", "from 2024-03-31 02:00 to 03:00", "+01:00"),
        ("Europe/Berlin", "2024-03-31 02:59:59", "from 2024-03-31 02:00 to 03:00", "+01:00"),
        ("America/New_York", "2024-03-10 02:30", "from 2024-03-10 02:00 to 03:00", "-05:00"),
        ("Australia/Lord_Howe", "2024-10-06 02:15", "from 2024-10-06 02:00 to 02:30", "+10:30"),
        ("Asia/Shanghai", "1988-04-17 02:30", "from 1988-04-17 02:00 to 03:00", "+08:00"),
        ("America/Sao_Paulo", "2018-11-04 00:30", "from 2018-11-04 00:00 to 01:00", "-03:00"),
    ],
)
def test_a_time_that_the_clocks_left_out_is_refused_with_the_gap(
    zone: str, stamp: str, from_to: str, standard: str
) -> None:
    refused = refusal(zone, stamp)
    assert (refused.rule, refused.column, refused.value) == ("local-time", "when", stamp)
    assert f"never was in {zone}: the clocks went {from_to}" in str(refused)
    assert str(refused).endswith(f"give the zone as {standard}")


@pytest.mark.parametrize(
    ("zone", "stamps"),
    [
        ("Europe/Berlin", ["2024-03-31 01:59:59", "2024-03-31 03:00"]),
        ("America/New_York", ["2024-03-10 01:59:59", "2024-03-10 03:00"]),
        ("Australia/Lord_Howe", ["2024-10-06 01:59:59", "2024-10-06 02:30"]),
    ],
)
def test_the_edges_of_a_gap_are_a_second_apart(zone: str, stamps: list[str]) -> None:
    one = clock(zone)
    before, after = (one.instant("series", dt.datetime.fromisoformat(stamp), stamp) for stamp in stamps)
    assert after.time - before.time == dt.timedelta(seconds=1)
    assert {before.ambiguous, after.ambiguous} == {False}


def test_an_hour_that_was_shown_twice_is_told_by_the_order_of_the_lines() -> None:
    assert read("Europe/Berlin", "2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 02:00", "2024-10-27 03:00") == [
        ("10-26T23:00", False),
        ("10-27T00:00", True),
        ("10-27T01:00", True),
        ("10-27T02:00", False),
    ]


def test_quarters_of_an_hour_that_was_shown_twice_are_told_by_their_order() -> None:
    quarters = [f"2024-11-03 01:{minute:02}" for minute in (0, 15, 30, 45)]
    assert [time for time, _ in read("America/New_York", *quarters, *quarters, "2024-11-03 02:00")] == [
        *(f"11-03T05:{minute:02}" for minute in (0, 15, 30, 45)),
        *(f"11-03T06:{minute:02}" for minute in (0, 15, 30, 45)),
        "11-03T07:00",
    ]


def test_half_an_hour_that_was_shown_twice_is_told_by_the_order_of_the_lines() -> None:
    stamps = ["01:00", "01:30", "01:30", "02:00"]
    assert read("Australia/Lord_Howe", *(f"2024-04-07 {stamp}" for stamp in stamps)) == [
        ("04-06T14:00", False),
        ("04-06T14:30", True),
        ("04-06T15:00", True),
        ("04-06T15:30", False),
    ]


def test_hours_that_are_counted_on_through_a_change_of_half_an_hour_keep_their_step() -> None:
    stamps = ["00:00", "01:00", "01:30", "02:30"]
    assert [time for time, _ in read("Australia/Lord_Howe", *(f"2024-04-07 {stamp}" for stamp in stamps))] == [
        "04-06T13:00",
        "04-06T14:00",
        "04-06T15:00",
        "04-06T16:00",
    ]


def test_a_missing_line_does_not_make_the_step_longer() -> None:
    stamps = ["21:00", "22:00"], ["00:00", "02:00", "02:00", "03:00"]
    lines = [f"2024-10-{day} {stamp}" for day, of_day in zip((26, 27), stamps, strict=True) for stamp in of_day]
    assert [time for time, _ in read("Europe/Berlin", *lines)][3:] == ["10-27T00:00", "10-27T01:00", "10-27T02:00"]


def test_lines_that_go_backward_show_the_later_instant_first() -> None:
    stamps = ["04:00", "03:00", "02:00", "02:00", "01:00"]
    assert [time for time, _ in read("Europe/Berlin", *(f"2024-10-27 {stamp}" for stamp in stamps))] == [
        "10-27T03:00",
        "10-27T02:00",
        "10-27T01:00",
        "10-27T00:00",
        "10-26T23:00",
    ]


def test_a_repeated_time_that_comes_once_is_the_earlier_instant_and_ambiguous() -> None:
    assert read("Europe/Berlin", "2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 03:00")[1] == ("10-27T00:00", True)


@pytest.mark.parametrize("slip", ["2123-10-29 01:00", "9023-10-29 01:00"])
def test_a_year_that_is_a_slip_of_the_pen_is_no_part_of_the_order(slip: str) -> None:
    stamps = "2023-10-29 00:00", slip, "2023-10-29 02:00", "2023-10-29 02:00"
    assert [time for time, _ in read("Europe/Berlin", *stamps)][2:] == ["10-29T00:00", "10-29T01:00"]


def test_the_order_is_looked_at_for_each_series_apart() -> None:
    one = clock("Europe/Berlin")
    stamp = dt.datetime.fromisoformat("2024-10-27 02:00")
    found = [one.instant(series, stamp, "").time.hour for series in ("a", "b", "a", "b")]
    assert found == [0, 0, 1, 1]


def test_the_offset_of_a_stamp_decides_and_counts_for_the_order() -> None:
    assert read("Europe/Berlin", "2024-10-27 02:00+01:00", "2024-10-27 02:30", "2024-07-01T12:00Z") == [
        ("10-27T01:00", False),
        ("10-27T01:30", True),
        ("07-01T12:00", False),
    ]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2024-03-30", 24),
        ("Europe/Berlin", "2024-03-31", 23),
        ("Europe/Berlin", "2024-10-27", 25),
        ("Australia/Lord_Howe", "2024-04-07", 24.5),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("America/Sao_Paulo", "2018-02-17", 25),
    ],
)
def test_a_local_day_has_the_hours_that_the_clocks_showed(zone: str, day: str, hours: float) -> None:
    start, end = clock(zone).day(dt.date.fromisoformat(day))
    assert (end - start) / HOUR == hours


@given(st.sampled_from(ZONES), st.dates(dt.date(1970, 1, 2), dt.date(2060, 1, 1)))
def test_one_day_ends_where_the_next_begins(zone: str, day: dt.date) -> None:
    one = clock(zone)
    assert one.day(day)[1] == one.day(day + dt.timedelta(days=1))[0]


@given(st.tuples(st.sampled_from(ZONES), ANY_TIME) | NEAR_A_CHANGE)
def test_what_the_clocks_show_at_an_instant_leads_back_to_it_or_is_ambiguous(example: tuple[str, dt.datetime]) -> None:
    zone, instant = example
    one = clock(zone)
    found = one.instant("series", one.local(instant), "")
    assert found.ambiguous or found.time == instant
    assert one.local(found.time) == one.local(instant)


@given(NEAR_A_CHANGE, st.sampled_from([5, 15, 60]), st.booleans())
def test_stamps_in_order_lead_back_to_themselves(example: tuple[str, dt.datetime], step: int, backward: bool) -> None:
    zone, first = example
    instants = [first + dt.timedelta(minutes=step) * n for n in range(1440 // step)]
    if backward:
        instants.reverse()
    one = clock(zone)
    stamps = [one.local(instant) for instant in instants]
    # A file that begins within the repeated hour has nothing before it that could tell: two lines show the step.
    assume(not any(one.instant("another", stamp, "").ambiguous for stamp in stamps[:2]))
    assert [one.instant("series", stamp, "").time for stamp in stamps] == instants


@pytest.mark.parametrize(
    "name",
    ["", "Berlin", "europe/berlin", "America", "../etc/passwd", "/etc/localtime", "localtime", "right/UTC", "+1"],
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_named(name) is None
