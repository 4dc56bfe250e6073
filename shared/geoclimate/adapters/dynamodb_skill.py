"""The sums of scores in DynamoDB, as the API reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.skill_items import month_of, skill_sums_of
from geoclimate.contracts.tables import PARTITION_KEY, SKILL_PREFIX, SORT_KEY, series_partition, skill_sort_key
from geoclimate.domain.verification import SkillSums
from geoclimate.services.verification_ports import SeriesKey

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoSkillStore:
    """The verification table's sums; implements `SkillStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def newest(self, series: SeriesKey, months: int) -> Mapping[dt.date, SkillSums]:
        """The sums of the newest months that have any, by the month's first day; one query.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: The sums cannot be read.
        """
        return self._query(series, SKILL_PREFIX, months)

    def of_month(self, series: SeriesKey, month: dt.date) -> SkillSums:
        """The sums of one month, none where nothing was scored; one query.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: The sums cannot be read.
        """
        return self._query(series, skill_sort_key(month), 1).get(month, {})

    def _query(self, series: SeriesKey, beginning: str, most: int) -> Mapping[dt.date, SkillSums]:
        with unavailable_when_down("DynamoDB"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="#pk = :series AND begins_with(#sk, :beginning)",
                ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
                ExpressionAttributeValues={
                    ":series": {"S": series_partition(series.station, series.parameter)},
                    ":beginning": {"S": beginning},
                },
                ScanIndexForward=False,
                Limit=most,
            )
        return {month_of(item): skill_sums_of(item) for item in answer["Items"]}
