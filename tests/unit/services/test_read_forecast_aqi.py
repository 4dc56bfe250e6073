"""The air quality index of a forecast's quantiles."""

import pytest

from geoclimate.domain.aqi.us_epa_2024 import US_EPA_2024
from geoclimate.domain.errors import InvalidQuery, NoForecast, UnknownSeries, UnknownStandard
from geoclimate.services.read_forecast_aqi import ForecastIndex, read_forecast_aqi
from tests.api_fakes import EMBASSY, NOW, ForecastsInMemory, StationsInMemory, forecast


def _read(parameter: str = "pm25", standard: str = "us-epa-2024") -> ForecastIndex:
    stations, forecasts = StationsInMemory(), ForecastsInMemory([forecast()])
    return read_forecast_aqi(stations, forecasts, lambda: NOW, EMBASSY.id, parameter, standard)


def test_every_quantile_of_every_hour_has_its_index() -> None:
    found = _read()

    last = found.hours[-1]
    assert [hour.lead_hours for hour in found.hours] == list(range(1, 25))
    assert [(level, one.value, one.sub_index.index) for level, one in last.quantiles] == [
        (0.1, 40.4, 113),
        (0.5, 50.0, 137),
        (0.9, 59.6, 154),
    ]
    assert [last.lower, last.median, last.upper] == [one for _, one in last.quantiles]


def test_the_index_of_a_higher_quantile_is_never_lower() -> None:
    for standard in ("us-epa-2024", "eu-eea-2024"):
        for hour in _read(standard=standard).hours:
            indexes = [one.sub_index.index for _, one in hour.quantiles]
            assert indexes == sorted(indexes)


def test_says_what_mean_the_standard_is_of() -> None:
    assert _read().scale == US_EPA_2024.scales_of("pm25")[0]
    assert _read(standard="eu-eea-2024").scale.averaging_hours == 1


@pytest.mark.parametrize(("parameter", "standard"), [("temperature", "us-epa-2024"), ("co", "eu-eea-2024")])
def test_refuses_a_parameter_outside_the_standard(parameter: str, standard: str) -> None:
    with pytest.raises(InvalidQuery, match=f"'{parameter}' takes no part in {standard}; these do: pm25, pm10"):
        _read(parameter, standard)


def test_refuses_an_unknown_standard() -> None:
    with pytest.raises(UnknownStandard):
        _read(standard="us-epa")


def test_a_series_not_measured_or_not_forecast_stays_what_it_is() -> None:
    with pytest.raises(UnknownSeries):
        _read("no2")
    with pytest.raises(NoForecast):
        read_forecast_aqi(StationsInMemory(), ForecastsInMemory(), lambda: NOW, EMBASSY.id, "pm25", "us-epa-2024")
