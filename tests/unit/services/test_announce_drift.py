"""When drift asks for training, and when not (again)."""

import datetime as dt

import pytest

from geoclimate.contracts.drift import ANNOUNCED_KEY, Announcements, Drift, DriftReason
from geoclimate.domain.errors import Unavailable
from geoclimate.services.announce_drift import Announcer
from tests.drift_world import Bus
from tests.workflow_fakes import NOW, ObjectsInMemory


class World:
    """An announcer whose time can be moved."""

    def __init__(self) -> None:
        self.objects, self.bus, self.now = ObjectsInMemory(), Bus(), NOW
        self.announcer = Announcer("pm25", ("pm25", "temperature"), self.objects, self.bus, lambda: self.now)

    def after(self, days: float, *drifts: Drift, stations: int = 10) -> bool:
        """Whether an event is sent for these drifts some days later."""
        self.now += dt.timedelta(days=days)
        return self.announcer.announce(drifts, stations) is not None


def drift(
    station: str = "openaq-1", parameter: str = "pm25", reason: DriftReason = "level", statistic: float = 30.0
) -> Drift:
    return Drift(
        station=station,
        parameter=parameter,
        reason=reason,
        direction="up",
        statistic=statistic,
        threshold=25.0,
        since=NOW.date(),
        noticed=NOW.date(),
        population_stability=None,
    )


def test_the_strongest_cause_is_told_with_how_many_stations_drift() -> None:
    world = World()
    assert world.after(0, drift(), drift("openaq-2", "temperature", statistic=40.0), drift("openaq-2", reason="spread"))
    (event,) = world.bus.sent
    assert (event.target, event.station, event.parameter, event.reason) == ("pm25", "openaq-2", "temperature", "level")
    assert (event.statistic, event.threshold, event.stations) == (40.0, 25.0, 2)


def test_no_drift_no_event() -> None:
    world = World()
    assert not world.after(0)
    assert world.objects.bodies == {}


def test_the_same_drift_is_told_again_after_thirty_days_and_not_before() -> None:
    world = World()
    assert world.after(0, drift())
    assert [day for day in range(1, 62) if world.after(1, drift())] == [30, 60]


def test_another_cause_is_told_after_seven_days_and_not_before() -> None:
    world = World()
    assert world.after(0, drift())
    told = [day for day in range(1, 20) if world.after(1, drift(), drift("openaq-2"))]
    assert told == [7]
    assert world.bus.sent[-1].station == "openaq-2"


def test_all_causes_of_an_event_are_told_by_it() -> None:
    world = World()
    assert world.after(0, drift(), drift("openaq-2"))
    assert not world.after(8, drift("openaq-2"))


def test_one_station_of_many_is_no_matter_for_the_model() -> None:
    world = World()
    assert not world.after(0, drift(), stations=21)
    assert world.after(0, drift(), stations=20)


def test_what_the_model_does_not_read_asks_for_no_training() -> None:
    assert not World().after(0, drift(parameter="co"))


def test_a_stuck_sensor_asks_for_no_training() -> None:
    assert not World().after(0, drift(reason="stuck"))


def test_an_event_that_was_not_taken_is_sent_by_the_next_run() -> None:
    world = World()
    world.bus.down = True
    with pytest.raises(Unavailable):
        world.after(0, drift())
    world.bus.down = False
    assert world.after(1, drift())


def test_causes_of_long_ago_are_forgotten() -> None:
    world = World()
    world.after(0, *(drift(f"openaq-{number}") for number in range(50)))
    world.after(31, drift())
    kept = Announcements.model_validate_json(world.objects.bodies[ANNOUNCED_KEY])
    assert kept.causes.keys() == {"pm25#openaq-1#pm25#level"}
