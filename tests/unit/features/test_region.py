import numpy as np
import pytest

from geoclimate.features.grid import HourlyGrid
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.region import MOST_NEIGHBOURS, Region, channels_of, neighbours_of, to_channels, to_region

SPEC = InputSpec("pm25", ("pm25", "wind_speed", "wind_direction"), ("temperature",), max_gap_hours=2)
NAN = np.nan


def grid(first_hour: int, *target: float) -> HourlyGrid:
    values = np.full((len(target), 3), NAN, dtype=np.float32)
    values[:, 0] = target
    return HourlyGrid(first_hour, values)


def standing(*places: tuple[float, float]) -> Region:
    return to_region([f"s{number}" for number in range(len(places))], places, [grid(0, 1.0)] * len(places), SPEC)


@pytest.mark.parametrize(
    ("direction", "u", "v"),
    [(0.0, 0.0, -3.0), (90.0, -3.0, 0.0), (180.0, 0.0, 3.0), (270.0, 3.0, 0.0)],
    ids=["north wind", "east wind", "south wind", "west wind"],
)
def test_a_wind_that_comes_from_one_side_blows_towards_the_other(direction: float, u: float, v: float) -> None:
    channels = to_channels(np.array([[8.0, 3.0, direction]]), SPEC.parameters)
    np.testing.assert_allclose(channels, [[8.0, 3.0, u, v]], atol=1e-9)


def test_a_direction_without_a_speed_counts_as_one_metre_a_second() -> None:
    np.testing.assert_allclose(to_channels(np.array([[270.0]]), ["wind_direction"]), [[1.0, 0.0]], atol=1e-9)


def test_a_wind_direction_is_two_channels() -> None:
    assert channels_of(("pm25", "wind_direction")) == ("pm25", "wind_u", "wind_v")


def test_stations_are_laid_on_one_time_axis() -> None:
    region = to_region(["a", "b"], [(40.0, 116.0), (40.1, 116.0)], [grid(10, 1.0, 2.0), grid(12, 3.0)], SPEC)
    assert (region.first_hour, region.end_hour) == (10, 13)
    np.testing.assert_array_equal(region.target, [[1.0, 2.0, NAN], [NAN, NAN, 3.0]])


def test_short_gaps_are_filled_from_the_past_but_in_the_target_and_in_what_was_observed() -> None:
    region = to_region(["a"], [(40.0, 116.0)], [grid(0, 4.0, NAN, NAN, NAN, 5.0)], SPEC)
    np.testing.assert_array_equal(region.values[0, :, 0], [4.0, 4.0, 4.0, NAN, 5.0])
    np.testing.assert_array_equal(region.target[0], [4.0, NAN, NAN, NAN, 5.0])
    assert region.observed[0, :, 0].tolist() == [True, False, False, False, True]


def test_refuses_a_grid_of_other_parameters() -> None:
    with pytest.raises(ValueError, match=r"grid of a has shape \(4, 1\), not \[hours, 3\]"):
        to_region(["a"], [(0.0, 0.0)], [HourlyGrid(0, np.zeros((4, 1), dtype=np.float32))], SPEC)


def test_neighbours_come_nearest_first_with_weights_that_fall_by_distance() -> None:
    region = standing((40.0, 116.0), (40.9, 116.0), (40.09, 116.0), (39.5, 116.0))
    neighbours = neighbours_of(region, 0)
    assert neighbours.index.tolist() == [2, 3, 1]
    assert (np.diff(neighbours.weight) < 0).all()
    np.testing.assert_allclose(neighbours.weight[0], 0.5, atol=0.01)  # some 10 km away
    np.testing.assert_allclose(neighbours.north, [1.0, -1.0, 1.0], atol=1e-6)


def test_stations_beyond_150_km_are_no_neighbours() -> None:
    region = standing((0.0, 0.0), (0.0, 1.34), (0.0, 1.36), (1.34, 0.0), (1.36, 0.0))
    assert sorted(neighbours_of(region, 0).index.tolist()) == [1, 3]


def test_neighbours_are_found_across_the_date_line() -> None:
    neighbours = neighbours_of(standing((-17.0, 179.9), (-17.0, -179.9)), 0)
    assert neighbours.index.tolist() == [1]
    np.testing.assert_allclose((neighbours.east, neighbours.north), ([1.0], [0.0]), atol=1e-6)


def test_degrees_of_longitude_shrink_towards_the_pole() -> None:
    assert neighbours_of(standing((60.0, 0.0), (60.0, 2.6)), 0).index.tolist() == [1]


def test_a_lone_station_has_none_and_a_crowd_is_cut_to_the_nearest() -> None:
    assert len(neighbours_of(standing((10.0, 10.0)), 0).index) == 0
    crowd = standing(*[(10.0 + 0.01 * number, 10.0) for number in range(40)])
    assert neighbours_of(crowd, 0).index.tolist() == list(range(1, MOST_NEIGHBOURS + 1))


def test_a_station_at_the_same_place_is_a_neighbour_without_a_direction() -> None:
    neighbours = neighbours_of(standing((10.0, 10.0), (10.0, 10.0)), 0)
    assert (neighbours.index.tolist(), neighbours.weight.tolist()) == ([1], [1.0])
    assert not neighbours.east.any()
    assert not neighbours.north.any()
