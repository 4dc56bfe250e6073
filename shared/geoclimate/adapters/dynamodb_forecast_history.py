"""Forecasts by when they were issued, in DynamoDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.forecast_items import forecast_of
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY, issue_sort_key, series_partition
from geoclimate.domain.forecasts import Forecast

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoForecastHistory:
    """The forecasts table; implements `IssuedForecasts`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def issued_between(self, station: str, parameter: str, start: dt.datetime, end: dt.datetime) -> Sequence[Forecast]:
        """Every forecast of a series that was issued in `[start, end)`, ordered by issue time.

        Raises:
            Unavailable: DynamoDB does not answer.
            IntegrityError: A stored forecast cannot be read.
        """
        with unavailable_when_down("DynamoDB"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="#pk = :pk AND #sk BETWEEN :start AND :end",
                ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
                ExpressionAttributeValues={
                    ":pk": {"S": series_partition(station, parameter)},
                    ":start": {"S": issue_sort_key(start)},
                    ":end": {"S": issue_sort_key(end)},
                },
            )
            found = [forecast_of(item) for page in pages for item in page["Items"]]
        # Between includes both ends, and cuts fractions of a second off.
        return [one for one in found if start <= one.issue_time < end]
