"""Forecasts in DynamoDB, one item a series and issue time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_tables import DynamoRawTable
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY, issue_sort_key, series_partition
from geoclimate.domain.forecasts import Forecast

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoForecastStore:
    """The forecasts table; implements `ForecastStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def write(self, forecasts: Iterable[Forecast]) -> None:
        """Store forecasts; the same series and issue time again replaces the older run.

        Raises:
            Unavailable: The table does not answer or goes on refusing for load.
        """
        DynamoRawTable(self._client, self._table).write(_to_item(forecast) for forecast in forecasts)

    def latest(self, station: str, parameter: str) -> Forecast | None:
        """The forecast with the newest issue time, found with one query; None where there is none.

        Raises:
            Unavailable: The table does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="#pk = :series",
                ExpressionAttributeNames={"#pk": PARTITION_KEY},
                ExpressionAttributeValues={":series": {"S": series_partition(station, parameter)}},
                ScanIndexForward=False,
                Limit=1,
            )
        return _from_item(answer["Items"][0]) if answer["Items"] else None


def _to_item(forecast: Forecast) -> dict[str, Any]:
    return {
        PARTITION_KEY: {"S": series_partition(forecast.station, forecast.parameter)},
        SORT_KEY: {"S": issue_sort_key(forecast.issue_time)},
        "station": {"S": forecast.station},
        "parameter": {"S": forecast.parameter},
        "issue_time": {"S": forecast.issue_time.isoformat()},
        "made_at": {"S": forecast.made_at.isoformat()},
        "model_version": {"S": forecast.model_version},
        "engine": {"S": forecast.engine},
        "lead_hours": _numbers(forecast.lead_hours),
        "levels": _numbers(forecast.levels),
        "quantiles": {"L": [_numbers(row) for row in forecast.quantiles]},
    }


def _from_item(item: Mapping[str, Any]) -> Forecast:
    return Forecast(
        station=item["station"]["S"],
        parameter=item["parameter"]["S"],
        issue_time=dt.datetime.fromisoformat(item["issue_time"]["S"]),
        made_at=dt.datetime.fromisoformat(item["made_at"]["S"]),
        model_version=item["model_version"]["S"],
        engine=item["engine"]["S"],
        lead_hours=tuple(int(number["N"]) for number in item["lead_hours"]["L"]),
        levels=_floats(item["levels"]),
        quantiles=tuple(_floats(row) for row in item["quantiles"]["L"]),
    )


def _numbers(values: Iterable[float]) -> dict[str, Any]:
    return {"L": [{"N": repr(value)} for value in values]}


def _floats(attribute: Mapping[str, Any]) -> tuple[float, ...]:
    return tuple(float(number["N"]) for number in attribute["L"])
