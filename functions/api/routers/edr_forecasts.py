"""`/edr/collections/forecasts`: what is expected."""

from functools import partial

from functions.api.bootstrap import ForecastsDependency
from functions.api.edr.collections import FORECASTS
from functions.api.edr.queries import queries_router
from geoclimate.services.read_point_series import ReadPointSeries, read_expected_series


async def _reader(forecasts: ForecastsDependency) -> ReadPointSeries:
    return partial(read_expected_series, forecasts)


router = queries_router(FORECASTS, _reader)
