"""Three real years of Beijing: their seasons are no drift, and what is planted in them is noticed.

`python -m tests.bench.bench_drift` prints the rates and delays over all stations and parameters for `docs/drift.md`.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from tests import beijing
from tests.drift_years import YEAR, Days, real_years, watch_from

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not beijing.THERE, reason=f"needs the Beijing multi-site data: {beijing.DATA} is not here"),
]

STATIONS = ["Aotizhongxin", "Dongsi", "Nongzhanguan", "Tiantan"]
OURS = STATIONS[0]
# SO2 fell by half in these years, CO and the dew point wandered at single stations: those are drifts and no seasons.
STEADY = ("pm25", "pm10", "no2", "o3", "temperature", "pressure", "wind_speed", "precipitation", "wind_direction")
SPLITS = {
    "two years, then the third": ((0, 2 * YEAR), (2 * YEAR, 3 * YEAR)),
    "the first, then the second": ((0, YEAR), (YEAR, 2 * YEAR)),
    "the second, then the third": ((YEAR, 2 * YEAR), (2 * YEAR, 3 * YEAR)),
}
PLANTED = 60


@pytest.fixture(scope="module")
def years() -> Mapping[str, Mapping[str, Days]]:
    return real_years(STATIONS)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("parameter", STEADY)
def test_a_real_season_is_no_drift(years: Mapping[str, Mapping[str, Days]], parameter: str, split: str) -> None:
    end = watch_from(years[parameter], parameter, *SPLITS[split], step=10)
    assert len(end.watches) >= 3
    assert not any(end.noticed.values()), end.noticed


@pytest.mark.parametrize(
    ("parameter", "change", "within"),
    [
        ("no2", lambda values: values / 1.88, 40),
        ("so2", lambda values: values / 2.62, 70),
        ("co", lambda values: values * 1000.0, 10),
        ("pm25", lambda values: values * 2.0, 70),
        ("temperature", lambda values: values + 5.0, 25),
        ("temperature", lambda values: 1.8 * values + 32.0, 10),
        ("pm25", lambda values: np.full_like(values, 77.0), 5),
        ("temperature", lambda values: values + 6.0 * np.arange(len(values))[:, None] / YEAR, 200),
    ],
    ids=["ppb", "ppb", "ppm", "twice", "offset", "fahrenheit", "stuck", "creep"],
)
def test_what_is_planted_is_noticed_in_time(
    years: Mapping[str, Mapping[str, Days]], parameter: str, change: Callable[[Days], Days], within: int
) -> None:
    def plant(values: Days) -> Days:
        return np.concatenate([values[:PLANTED], change(values[PLANTED:])])

    split = SPLITS["two years, then the third"]
    end = watch_from(years[parameter], parameter, *split, plants={OURS: plant}, step=5)
    assert end.noticed[OURS]
    assert PLANTED < min(end.noticed[OURS].values()) <= PLANTED + within
