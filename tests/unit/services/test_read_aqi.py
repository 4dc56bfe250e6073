"""The air quality index of a station: what it rests on, and why there is none."""

import datetime as dt
from dataclasses import replace

import pytest

from geoclimate.domain.errors import InvalidQuery, UnknownStandard, UnknownStation
from geoclimate.domain.null_reasons import LATE_FOR, NullReason
from geoclimate.domain.observations import Observation
from geoclimate.domain.stations import Series, Station
from geoclimate.services.read_aqi import PollutantReading, StationIndex, read_aqi
from tests.api_fakes import EMBASSY, ObservationsInMemory, StationsInMemory
from tests.aqi_rows import AT, STATION, hourly_rows, observed

_HOUR = dt.timedelta(hours=1)
_NOW = AT + dt.timedelta(minutes=25)


class CountedObservations(ObservationsInMemory):
    """Counts what is read."""

    def __init__(self, rows: list[Observation]) -> None:
        super().__init__(rows)
        self.spans: dict[str, dt.timedelta] = {}

    def read(
        self, station: str, parameter: str, start: dt.datetime, end: dt.datetime, as_of: dt.datetime | None = None
    ) -> list[Observation]:
        assert parameter not in self.spans, "one query a parameter"
        self.spans[parameter] = end - start
        return list(super().read(station, parameter, start, end, as_of))


def _station(*rows: Observation) -> Station:
    spans = {
        parameter: Series(
            parameter,
            min(row.start for row in rows if row.parameter == parameter),
            max(row.end for row in rows if row.parameter == parameter),
        )
        for parameter in sorted({row.parameter for row in rows})
    }
    return replace(EMBASSY, id=STATION, series=tuple(spans.values()))


def _read(
    *rows: Observation, at: dt.datetime | None = AT, standard: str = "us-epa-2024", station: Station | None = None
) -> StationIndex:
    stations = StationsInMemory([station or _station(*rows)])
    return read_aqi(stations, ObservationsInMemory(rows), lambda: _NOW, STATION, standard, at)


def _of(found: StationIndex, parameter: str) -> PollutantReading:
    (reading,) = [one for one in found.pollutants if one.parameter == parameter]
    return reading


def test_the_pollutant_with_the_greatest_index_drives_it() -> None:
    found = _read(*hourly_rows(12, 40.0), *hourly_rows(12, 20.0, "pm10"), *hourly_rows(1, 50.0, "no2"))

    assert found.driver is not None
    assert (found.index, found.driver.parameter, found.null_reason) == (112, "pm25", None)
    assert found.category is not None
    assert found.category.name == "Unhealthy for Sensitive Groups"
    assert _of(found, "pm10").found is not None


def test_every_pollutant_of_the_standard_is_told_of() -> None:
    found = _read(*hourly_rows(12, 40.0))

    assert [one.parameter for one in found.pollutants] == ["pm25", "pm10", "o3", "co", "so2", "no2"]
    assert {one.null_reason for one in found.pollutants if one.found is None} == {NullReason.NOT_MEASURED}


def test_one_query_a_parameter_that_is_measured_of_two_days_or_for_ozone_two_weeks() -> None:
    rows = [*hourly_rows(12, 40.0), *hourly_rows(24, 10.0, "o3"), *hourly_rows(3, 1.0, "temperature")]
    observations = CountedObservations(rows)

    read_aqi(StationsInMemory([_station(*rows)]), observations, lambda: _NOW, STATION, "us-epa-2024", AT)

    assert observations.spans == {"pm25": 48 * _HOUR, "o3": 339 * _HOUR}


def test_without_an_instant_it_is_that_of_the_newest_observation() -> None:
    found = _read(*hourly_rows(12, 40.0, first=5), *hourly_rows(3, 1.0, "temperature"), at=None)

    assert (found.at, found.age, found.index) == (AT - 5 * _HOUR, _NOW - AT + 5 * _HOUR, 112)


def test_an_observation_that_ends_in_the_future_does_not_move_the_instant_past_now() -> None:
    found = _read(*hourly_rows(12, 40.0, first=-2), at=None)

    assert found.at == _NOW


def test_what_ends_after_the_instant_does_not_count() -> None:
    found = _read(*hourly_rows(1, 900.0), *hourly_rows(12, 40.0, first=1), at=AT - _HOUR)

    assert found.index == 112


def test_values_that_a_rule_doubts_do_not_count() -> None:
    found = _read(observed(900.0, flag="spike"), *hourly_rows(11, 40.0, first=1))

    assert found.index == 112


@pytest.mark.parametrize(("standard", "index"), [("us-epa-2024", 0), ("eu-eea-2024", 1)])
def test_air_below_the_detection_limit_is_good_and_not_rejected(standard: str, index: int) -> None:
    clean = [replace(row, flag="below-detection") for row in hourly_rows(12, -1.5)]

    found = _read(*clean, standard=standard)

    assert (found.index, found.null_reason) == (index, None)


def test_hours_below_the_detection_limit_count_among_the_others() -> None:
    clean = [replace(row, flag="below-detection") for row in hourly_rows(6, 0.0)]

    found = _read(*clean, *hourly_rows(6, 40.0, first=6))

    # A NowCast of 0.63 µg/m³: the weight is 0.5, so the six newest hours count 64 times as much as those before.
    assert found.index == 3


def test_enough_hours_that_were_flagged_are_rejected_and_not_late() -> None:
    flagged = [replace(row, flag="flat-line") for row in hourly_rows(12, 40.0)]

    found = _read(*flagged)

    assert (found.index, found.category, found.driver) == (None, None, None)
    assert (_of(found, "pm25").null_reason, found.null_reason) == (NullReason.QC_REJECTED, NullReason.QC_REJECTED)


def test_hours_that_have_not_come_are_late() -> None:
    found = _read(*hourly_rows(12, 40.0, first=2))

    assert (_of(found, "pm25").null_reason, found.null_reason) == (NullReason.UPSTREAM_LATE, NullReason.UPSTREAM_LATE)


@pytest.mark.parametrize(
    ("silence", "reason"),
    [(LATE_FOR, NullReason.UPSTREAM_LATE), (LATE_FOR + _HOUR, NullReason.OUTSIDE_PERIOD)],
)
def test_a_series_that_brought_nothing_for_a_week_has_ended(silence: dt.timedelta, reason: NullReason) -> None:
    found = _read(*hourly_rows(12, 40.0, first=int(silence / _HOUR)))

    assert found.null_reason is reason


def test_before_its_first_hour_a_series_says_nothing() -> None:
    found = _read(*hourly_rows(12, 40.0), at=AT - 12 * _HOUR)

    assert found.null_reason is NullReason.OUTSIDE_PERIOD


@pytest.mark.parametrize("ended", [0, 23])
def test_daily_means_are_no_hours(ended: int) -> None:
    found = _read(observed(40.0, ended=ended, minutes=24 * 60))

    assert found.null_reason is NullReason.NOT_MEASURED


def test_a_station_without_any_pollutant_has_no_index() -> None:
    found = _read(*hourly_rows(12, 10.0, "temperature"), at=None)

    assert (found.index, found.null_reason, found.at) == (None, NullReason.NOT_MEASURED, _NOW)


def test_europe_looks_at_the_hour_and_not_at_co() -> None:
    found = _read(*hourly_rows(12, 51.0), *hourly_rows(12, 90_000.0, "co"), standard="eu-eea-2024")

    assert found.index == 4
    assert "co" not in {one.parameter for one in found.pollutants}


def test_of_two_pollutants_with_the_same_index_the_first_of_the_standard_drives() -> None:
    found = _read(*hourly_rows(1, 5.0), *hourly_rows(1, 15.0, "pm10"), standard="eu-eea-2024")

    assert found.driver is not None
    assert (found.index, found.driver.parameter) == (1, "pm25")


def test_refuses_an_instant_in_the_future() -> None:
    with pytest.raises(InvalidQuery, match="lies in the future: it is 2024-07-01T12:25:00Z"):
        _read(*hourly_rows(12, 40.0), at=_NOW + _HOUR)


def test_refuses_an_unknown_standard_and_names_those_that_there_are() -> None:
    with pytest.raises(UnknownStandard, match=r"'us-epa-2012'; there are us-epa-2024, eu-eea-2024"):
        _read(*hourly_rows(12, 40.0), standard="us-epa-2012")


def test_refuses_an_unknown_station() -> None:
    with pytest.raises(UnknownStation):
        read_aqi(StationsInMemory([]), ObservationsInMemory(), lambda: _NOW, "epa-1", "us-epa-2024")
