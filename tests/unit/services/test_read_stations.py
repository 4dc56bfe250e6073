"""Which stations there are, and what each measures."""

import pytest

from geoclimate.domain.errors import UnknownParameter, UnknownSeries, UnknownStation
from geoclimate.services.read_stations import read_parameter, read_series, read_station
from tests.api_fakes import EMBASSY, SILENT, StationsInMemory


def test_finds_a_station_by_its_id() -> None:
    assert read_station(StationsInMemory(), EMBASSY.id) is EMBASSY


def test_names_the_id_that_no_station_has() -> None:
    with pytest.raises(UnknownStation, match="'openaq-0'"):
        read_station(StationsInMemory(), "openaq-0")


def test_finds_a_series_of_a_station() -> None:
    assert read_series(StationsInMemory(), EMBASSY.id, "temperature") is EMBASSY.series[1]


def test_says_what_a_station_measures_instead() -> None:
    with pytest.raises(UnknownSeries, match="does not measure 'no2'; it measures pm25, temperature"):
        read_series(StationsInMemory(), EMBASSY.id, "no2")


def test_says_that_a_station_has_measured_nothing_yet() -> None:
    with pytest.raises(UnknownSeries, match="nothing yet"):
        read_series(StationsInMemory(), SILENT.id, "pm25")


def test_finds_a_parameter_by_its_code() -> None:
    assert read_parameter("pm25").unit == "µg/m³"


def test_says_which_codes_there_are() -> None:
    with pytest.raises(UnknownParameter, match=r"'pm99'; the codes are .*pm25"):
        read_parameter("pm99")
