"""Forecasts as items."""

from dataclasses import replace

import pytest

from geoclimate.adapters.forecast_items import forecast_item, forecast_of
from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.forecasts import Baselines
from tests.api_fakes import forecast

BASELINES = Baselines(41.5, (40.0, None) * 12, ((10.0, 30.0, 90.0),) * 24)


def test_what_only_verification_needs_comes_back_exactly() -> None:
    made = replace(forecast(), raw_quantiles=((0.1, 0.2, 1 / 3),) * 24, station_group="north", baselines=BASELINES)
    assert forecast_of(forecast_item(made)) == made


@pytest.mark.parametrize("baselines", [None, Baselines(None, (None,) * 24), replace(BASELINES, climatology=None)])
def test_baselines_may_be_missing_in_whole_or_in_part(baselines: Baselines | None) -> None:
    made = replace(forecast(), baselines=baselines)
    assert forecast_of(forecast_item(made)) == made


def test_an_item_from_before_verification_is_still_read() -> None:
    item = forecast_item(forecast())
    assert not item.keys() & {"for_verification", "station_group"}
    assert forecast_of(item) == forecast()


def test_what_only_verification_needs_is_small() -> None:
    row = (1.5, 8.25, 21.125, 44.0, 80.75, 140.5, 201.375)
    levels = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
    wide = replace(forecast(), levels=levels, quantiles=(row,) * 24, raw_quantiles=(row,) * 24, baselines=BASELINES)
    assert len(forecast_item(wide)["for_verification"]["B"]) < 1_000


@pytest.mark.parametrize(
    "broken", [{"engine": {"S": "crystal ball"}}, {"for_verification": {"B": b"?"}}, {"levels": {"L": [{"S": "a"}]}}]
)
def test_an_item_that_is_no_forecast_is_refused_with_its_keys(broken: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="openaq-900001#pm25"):
        forecast_of({**forecast_item(forecast()), **broken})
