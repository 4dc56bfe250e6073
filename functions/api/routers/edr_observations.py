"""`/edr/collections/observations`: what was measured."""

from functools import partial

from functions.api.bootstrap import ClockDependency, ObservationsDependency
from functions.api.edr.collections import OBSERVATIONS
from functions.api.edr.queries import queries_router
from geoclimate.services.read_point_series import ReadPointSeries, read_measured_series


async def _reader(observations: ObservationsDependency, clock: ClockDependency) -> ReadPointSeries:
    return partial(read_measured_series, observations, clock)


router = queries_router(OBSERVATIONS, _reader)
