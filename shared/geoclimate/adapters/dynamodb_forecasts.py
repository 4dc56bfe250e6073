"""Forecasts in DynamoDB, one item a series and issue time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_tables import DynamoRawTable
from geoclimate.adapters.forecast_items import forecast_item, forecast_of
from geoclimate.contracts.tables import PARTITION_KEY, series_partition
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
        DynamoRawTable(self._client, self._table).write(forecast_item(forecast) for forecast in forecasts)

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
        return forecast_of(answer["Items"][0]) if answer["Items"] else None
