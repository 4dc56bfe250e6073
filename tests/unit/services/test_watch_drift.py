"""The daily watch for drift over a network of stations."""

import copy
import datetime as dt

import numpy as np
import pytest

from geoclimate.contracts.drift import day_report_key, state_key
from geoclimate.domain.errors import UnknownStation, UnreadableFile
from geoclimate.services import watch_series
from tests.drift_world import Network
from tests.drift_years import YEAR, made_up_years

DAYS = 2 * YEAR + 200
STATIONS = 5
OURS = "openaq-1"


@pytest.fixture(scope="module")
def begun() -> Network:
    made = Network({"pm25": made_up_years("pm25", STATIONS, DAYS)}, until=2 * YEAR)
    made.run()
    return made


@pytest.fixture
def network(begun: Network) -> Network:
    """Two years of PM2.5 at five stations were watched once, so that all have a reference."""
    return copy.deepcopy(begun)


def test_the_first_run_makes_references_and_finds_nothing(network: Network) -> None:
    report = network.report
    assert (report.series.watched, report.series.drifting, report.series.waiting) == (STATIONS, 0, {})
    assert (report.new, report.drifting, report.announced) == ((), (), None)
    assert len(report.closest) == 10


def test_quiet_days_stay_quiet(network: Network) -> None:
    for _ in range(4):
        assert network.run(30).new == 0
    assert network.bus.sent == []


def test_a_run_reads_only_the_days_that_are_new(network: Network) -> None:
    network.store.reads.clear()
    network.run(1)
    assert network.store.reads == [((f"openaq-{number}", "pm25"), 25) for number in range(1, STATIONS + 1)]


def test_a_run_without_new_days_reads_and_writes_no_states(network: Network) -> None:
    network.store.reads.clear()
    before = network.objects.bodies[state_key("wx4")]
    network.run()
    assert network.store.reads == []
    assert network.objects.bodies[state_key("wx4")] is before


def test_a_day_is_looked_at_when_a_later_one_was_measured_too(network: Network) -> None:
    network.store.reads.clear()
    network.know(network.until)
    network.run(0)
    assert network.store.reads == []


def test_a_drift_is_reported_once_as_new_and_lasts_until_it_is_over(network: Network) -> None:
    network.change(OURS, "pm25", 8.0)
    first = network.run(15)
    assert first.new > 0
    assert {each.station for each in network.report.new} == {OURS}
    (compared,) = [each for each in network.report.new if each.reason == "neighbours"]
    assert abs((compared.since - dt.date(2013, 3, 1)).days - 2 * YEAR) <= 3
    second = network.run(1)
    assert (second.new, second.drifting) == (0, 1)
    network.change(OURS, "pm25", 1 / 8.0)
    network.run(80)
    assert (OURS, "pm25", "neighbours") in network.report.over
    assert network.report.drifting == ()


def test_the_report_is_kept_by_day_too(network: Network) -> None:
    network.run(3)
    day = network.now.date()
    assert network.objects.bodies[day_report_key(day)] == network.objects.bodies["drift/report.json"]


def test_a_widespread_drift_asks_for_training_once(network: Network) -> None:
    for station in network.stations:
        network.change(station, "pm25", 8.0)
    network.run(30)
    network.run(1)
    (event,) = network.bus.sent
    assert (event.target, event.parameter, event.stations) == ("pm25", "pm25", STATIONS)
    assert event.statistic >= event.threshold
    assert network.report.announced is None


def test_a_stuck_sensor_is_found_though_its_values_were_flagged(network: Network) -> None:
    network.store.years[OURS, "pm25"][network.until :] = 150.0
    network.store.flat.add((OURS, "pm25"))
    network.run(2)
    assert [(each.station, each.reason) for each in network.report.new] == [(OURS, "stuck")]
    assert network.bus.sent == []


def test_missed_days_are_caught_up_in_bounded_reads(network: Network) -> None:
    network.store.reads.clear()
    network.run(150)
    assert {hours for _, hours in network.store.reads} == {92 * 24 + 1}
    network.run()
    assert {hours for _, hours in network.store.reads[STATIONS:]} == {58 * 24 + 1}


def test_a_run_fits_no_more_references_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_series.FitsLeft.__init__, "__defaults__", (2,))
    made = Network({"pm25": (made_up_years("pm25", STATIONS, DAYS))}, until=2 * YEAR)
    assert [made.run().waiting for _ in range(3)] == [3, 1, 0]
    assert max(hours for _, hours in made.store.reads) == 730 * 24 + 1


def test_less_than_a_year_waits_and_is_not_even_read() -> None:
    made = Network({"pm25": (made_up_years("pm25", STATIONS, DAYS))}, until=300)
    result = made.run()
    assert (result.watched, result.waiting, result.drifting) == (0, STATIONS, 0)
    assert made.report.series.waiting == {"not enough history: less than a year": STATIONS}
    assert made.store.reads == []


def test_a_year_with_gaps_waits_and_is_asked_again_a_month_later() -> None:
    years = {station: values.copy() for station, values in made_up_years("pm25", 1, DAYS).items()}
    years[OURS][100:250] = np.nan
    made = Network({"pm25": years}, until=400)
    made.run()
    assert made.report.series.waiting == {"not enough history": 1}
    made.run(29)
    assert len(made.store.reads) == 1
    made.run(1)
    assert len(made.store.reads) == 2


def test_a_constant_series_waits_for_values_that_vary() -> None:
    made = Network({"pm25": {OURS: np.full((DAYS, 24), 12.0)}}, until=2 * YEAR)
    made.run()
    assert made.report.series.waiting == {"the values do not vary": 1}


def test_what_an_operator_accepts_is_normal_from_then_on_and_its_end_another_drift(network: Network) -> None:
    network.change(OURS, "pm25", 8.0)
    network.run(30)
    assert network.report.drifting
    network.run(accept=[OURS])
    assert network.report.drifting == ()
    network.run(80)
    assert network.report.drifting == ()
    network.change(OURS, "pm25", 1 / 8.0)
    network.run(30)
    assert {each.station for each in network.report.new} == {OURS}


def test_an_unknown_station_cannot_be_accepted(network: Network) -> None:
    with pytest.raises(UnknownStation, match="unknown stations: openaq-404"):
        network.run(accept=["openaq-404"])


def test_a_reference_is_renewed_after_a_year() -> None:
    made = Network({"pm25": (made_up_years("pm25", 1, 3 * YEAR + 5))}, until=2 * YEAR)
    made.run()
    made.run(92)
    made.store.reads.clear()
    made.run(YEAR - 92)
    assert [hours for _, hours in made.store.reads] == [730 * 24 + 1]


def test_a_station_that_is_gone_leaves_the_states(network: Network) -> None:
    del network.catalogue.by_id[OURS]
    network.stations.remove(OURS)
    assert network.run(1).watched == STATIONS - 1
    assert network.run(0).watched == STATIONS - 1


def test_states_that_cannot_be_read_are_named(network: Network) -> None:
    network.objects.bodies[state_key("wx4")] = b"damaged"
    with pytest.raises(UnreadableFile, match=r"s3://bucket/drift/states/wx4\.json\.gz cannot be read"):
        network.run(1)
