"""Weather forecasts in DynamoDB."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters import dynamodb_weather
from geoclimate.adapters.dynamodb_weather import DynamoWeatherForecastStore
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.geohash import cover
from geoclimate.domain.places import WORLD, Point, box_around
from geoclimate.domain.weather_forecasts import ForecastPlace, RunEdition, WeatherRun, at_point, at_station
from geoclimate.services.merge_outcome import MergeCounts
from tests.weather_files import ISSUED, STATION, UPLOADED

HERE = at_station(STATION)
GRID = at_point(40.0, 116.5)
FIRST = RunEdition(UPLOADED, UPLOADED, "ab" * 32, {"temperature": {0: 0.1 + 0.2, 6: -4.8}})
CORRECTED = RunEdition(
    UPLOADED + dt.timedelta(hours=3), UPLOADED + dt.timedelta(hours=3), "cd" * 32, {"temperature": {6: -3.0}}
)


def run(place: ForecastPlace = HERE, hours: int = 0, *editions: RunEdition) -> WeatherRun:
    return WeatherRun(place, ISSUED + dt.timedelta(hours=hours), editions or (FIRST,))


@pytest.fixture
def store(keyed_table: DynamoDBClient) -> DynamoWeatherForecastStore:
    return DynamoWeatherForecastStore(keyed_table, "t", sleep=lambda _: None)


def test_a_run_comes_back_exactly_as_it_was_written(store: DynamoWeatherForecastStore) -> None:
    assert store.merge([run()]) == MergeCounts(added=2)
    assert store.runs(HERE, ISSUED, ISSUED) == [run()]


def test_the_same_run_again_is_not_written(store: DynamoWeatherForecastStore, keyed_table: DynamoDBClient) -> None:
    store.merge([run()])
    before = keyed_table.scan(TableName="t")["Items"]
    assert store.merge([run()]) == MergeCounts(unchanged=2)
    assert keyed_table.scan(TableName="t")["Items"] == before


def test_a_correction_is_kept_beside_what_it_corrects(store: DynamoWeatherForecastStore) -> None:
    store.merge([run()])
    assert store.merge([run(HERE, 0, CORRECTED)]) == MergeCounts(revised=1)
    assert store.runs(HERE, ISSUED, ISSUED) == [run(HERE, 0, FIRST, CORRECTED)]


def test_comparing_writes_nothing(store: DynamoWeatherForecastStore) -> None:
    store.merge([run()])
    assert store.compare([run(HERE, 0, CORRECTED), run(HERE, 6)]) == MergeCounts(added=2, revised=1)
    assert store.runs(HERE, ISSUED, ISSUED + dt.timedelta(hours=6)) == [run()]


def test_runs_are_given_by_issue_time_both_ends_included(store: DynamoWeatherForecastStore) -> None:
    store.merge(run(HERE, hours) for hours in (18, 0, 12, 6))
    found = store.runs(HERE, ISSUED + dt.timedelta(hours=6), ISSUED + dt.timedelta(hours=12))
    assert found == [run(HERE, 6), run(HERE, 12)]
    assert store.runs(HERE, ISSUED + dt.timedelta(hours=1), ISSUED) == ()
    assert list(store.runs(at_station("openaq-9"), ISSUED, ISSUED)) == []


def test_more_runs_than_are_objects_at_once_are_written(
    store: DynamoWeatherForecastStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb_weather, "_AT_ONCE", 4)
    assert store.merge(run(HERE, hours) for hours in range(11)) == MergeCounts(added=22)
    assert len(store.runs(HERE, ISSUED, ISSUED + dt.timedelta(hours=10))) == 11


def test_knows_whether_a_place_has_runs(store: DynamoWeatherForecastStore) -> None:
    assert not store.has_runs(HERE)
    store.merge([run()])
    assert store.has_runs(HERE)
    assert not store.has_runs(GRID)


def test_grid_points_are_found_by_place(store: DynamoWeatherForecastStore) -> None:
    far = at_point(-33.9, 151.2)
    store.merge([run(GRID), run(GRID, 6), run(far), run()])
    near = [point for cells in cover(box_around(Point(39.9, 116.4), 40_000), 8) for point in store.points_in(cells)]
    assert near == [Point(40.0, 116.5)]
    everywhere = [point for cells in cover(WORLD, 2) for point in store.points_in(cells)]
    assert everywhere == [Point(-33.9, 151.2), Point(40.0, 116.5)]
    # The list of points is no place with runs.
    assert store.runs(GRID, ISSUED, ISSUED) == [run(GRID)]


class _Interrupting:
    """A client in front of which somebody else writes the run each time that it was read."""

    def __init__(self, client: DynamoDBClient, times: int) -> None:
        self._client = client
        self._others = [
            replace(FIRST, file_digest=f"{number:02}" * 32, cells={"temperature": {100 + number: 1.0}})
            for number in range(times)
        ]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_item(self, **request: Any) -> Any:
        answer = self._client.get_item(**request)
        if self._others:
            DynamoWeatherForecastStore(self._client, "t").merge([run(HERE, 0, self._others.pop())])
        return answer


def test_two_writers_of_a_run_lose_nothing(keyed_table: DynamoDBClient) -> None:
    busy: Any = _Interrupting(keyed_table, 3)
    store = DynamoWeatherForecastStore(busy, "t", sleep=lambda _: None)
    store.merge([run()])
    [found] = store.runs(HERE, ISSUED, ISSUED)
    assert len(found.editions) == 4


def test_a_run_that_others_keep_writing_is_left_for_later(keyed_table: DynamoDBClient) -> None:
    busy: Any = _Interrupting(keyed_table, 100)
    with pytest.raises(Unavailable, match="others keep writing the run"):
        DynamoWeatherForecastStore(busy, "t", sleep=lambda _: None).merge([run()])


class _Down:
    def get_item(self, **_: Any) -> Any:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "GetItem")


def test_a_table_that_does_not_answer_is_unavailable() -> None:
    down: Any = _Down()
    with pytest.raises(Unavailable, match="DynamoDB does not answer"):
        DynamoWeatherForecastStore(down, "t").merge([run()])
