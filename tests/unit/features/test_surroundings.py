import numpy as np
import pytest

from geoclimate.features.region import Floats, Neighbours
from geoclimate.features.surroundings import around, by_sector, upwind, weighted_mean

NAN = np.nan


def neighbours(*bearings: float, weights: tuple[float, ...] | None = None) -> Neighbours:
    """Stations at some bearings, degrees from north to east."""
    angle = np.radians(np.array(bearings, dtype=np.float64))
    weight = np.array(weights or (1.0,) * len(bearings), dtype=np.float64)
    return Neighbours(np.arange(len(bearings), dtype=np.int64), weight, np.sin(angle), np.cos(angle))


def values(*rows: float) -> Floats:
    """One hour of each neighbour."""
    return np.array(rows, dtype=np.float64).reshape(-1, 1)


def blowing(u: float, v: float) -> tuple[Floats, Floats]:
    return np.array([u]), np.array([v])


def test_the_mean_weighs_by_distance_and_passes_over_what_is_missing() -> None:
    near, share = around(neighbours(0, 90, 180, weights=(0.5, 0.25, 0.25)), values(10.0, 40.0, NAN))
    assert (near.tolist(), share.tolist()) == ([20.0], [0.75])


@pytest.mark.parametrize("rows", [(), (NAN, NAN)], ids=["no neighbours", "none that measures"])
def test_without_any_value_the_mean_is_unknown_and_the_known_share_0(rows: tuple[float, ...]) -> None:
    here = neighbours(*(0.0,) * len(rows))
    shown = np.array(rows, dtype=np.float64).reshape(len(rows), 1)
    near, share = around(here, shown)
    assert np.isnan(near).all()
    assert share.tolist() == [0.0]
    assert np.isnan(upwind(here, shown, blowing(3.0, 0.0))).all()
    assert np.isnan(by_sector(here, shown)).all()


@pytest.mark.parametrize(
    ("u", "v", "expected"),
    [(0.0, -4.0, 1.0), (-4.0, 0.0, 2.0), (0.0, 4.0, 3.0), (4.0, 0.0, 4.0)],
    ids=["from north", "from east", "from south", "from west"],
)
def test_upwind_is_the_station_from_which_the_wind_comes(u: float, v: float, expected: float) -> None:
    here = neighbours(0, 90, 180, 270)
    np.testing.assert_allclose(upwind(here, values(1.0, 2.0, 3.0, 4.0), blowing(u, v)), [expected], atol=1e-9)


def test_upwind_weighs_by_how_far_a_station_lies_from_the_wind() -> None:
    found = upwind(neighbours(0, 60), values(0.0, 10.0), blowing(0.0, -4.0))
    np.testing.assert_allclose(found, [10 * 0.25 / 1.25])


def test_upwind_is_unknown_where_the_wind_is_calm_unknown_or_comes_from_nobody() -> None:
    here, shown = neighbours(0), values(5.0)
    for wind in (blowing(0.0, 0.0), blowing(NAN, NAN), blowing(0.0, 4.0)):
        assert np.isnan(upwind(here, shown, wind)).all()


def test_sectors_are_quarters_about_north_east_south_and_west() -> None:
    here = neighbours(0, 44, 46, 134, 136, 224, 226, 314, 316)
    found = by_sector(here, np.arange(9.0)[:, None])[:, 0]
    np.testing.assert_allclose(found, [3.0, 2.5, 4.5, 6.5])


def test_a_mean_lies_among_its_values() -> None:
    mean, _ = weighted_mean(values(3.0, 9.0), np.array([[0.2], [0.7]]))
    assert 3.0 < mean[0] < 9.0
