"""Forecasts in DynamoDB: an archive of what was issued, in which nothing is ever replaced.

The first forecast of a series and issue time is the one that is scored; it is written together with what says that it
waits for its truth. A further one of the same issue time has a sort key behind it, so the newest one is served.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_transactions import put_new, read_items, transact
from geoclimate.adapters.forecast_items import forecast_item, forecast_of
from geoclimate.adapters.waiting_items import new_waiting, unarchived_item, waiting_item
from geoclimate.contracts.tables import (
    PARTITION_KEY,
    SORT_KEY,
    issue_sort_key,
    reissue_sort_key,
    series_partition,
)
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.forecast_ids import ForecastName
from geoclimate.domain.forecasts import Forecast, same_forecast
from geoclimate.services.verification_ports import IssuedForecast, SeriesKey

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_TOGETHER: Final = 30
"""Forecasts that are written in one transaction, which takes 100 items: each is three."""

_MOST_REISSUES: Final = 50
"""Forecasts of one issue time among which one is looked for: a series gets another one only where its data changed."""


class DynamoForecastStore:
    """The forecasts table and what waits beside it; implements `ForecastStore` and `ForecastArchive`."""

    def __init__(
        self, client: DynamoDBClient, table: str, verification: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._table = table
        self._verification = verification
        self._sleep = sleep

    def write(self, forecasts: Iterable[Forecast]) -> None:
        """Store forecasts; what was issued before stays.

        The same forecast again (`same_forecast`) changes nothing. Another one of the same issue time is kept beside the
        first and served in its place.

        Raises:
            Unavailable: A table does not answer, or others go on writing the same forecasts; some may be stored, and a
                repeat completes the work.
        """
        rest = iter(forecasts)
        while chunk := list(islice(rest, _TOGETHER)):
            # A transaction takes an item once.
            first = {(one.station, one.parameter, one.issue_time): one for one in reversed(chunk)}
            self._issue(list(first.values()))
            for forecast in chunk:
                if first[forecast.station, forecast.parameter, forecast.issue_time] is not forecast:
                    self._issue_again(forecast)

    def latest(self, station: str, parameter: str) -> Forecast | None:
        """The forecast with the newest issue time, found with one query; None where there is none.

        Of several with that issue time, the one that was made last.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: The stored forecast cannot be read.
        """
        return self._newest(station, parameter, "")

    def issued_at(self, station: str, parameter: str, issue_time: dt.datetime) -> Forecast | None:
        """The forecast of an issue time, or None; of several, the one that was made last.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: The stored forecast cannot be read.
        """
        return self._newest(station, parameter, issue_sort_key(issue_time))

    def made(self, name: ForecastName) -> Forecast | None:
        """The forecast of a series and issue time that was made at this moment, or None; one query.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: The stored forecast cannot be read.
        """
        issued = issue_sort_key(name.issue_time)
        items = self._issued(name.station, name.parameter, issued, _MOST_REISSUES)
        return next((one for one in map(forecast_of, items) if one.made_at == name.made_at), None)

    def first_issued(self, forecasts: Collection[IssuedForecast]) -> Mapping[IssuedForecast, Forecast]:
        """Those of the forecasts that are in the archive.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: A stored forecast cannot be read.
        """
        keys = (
            (series_partition(one.series.station, one.series.parameter), issue_sort_key(one.issue_time))
            for one in forecasts
        )
        found = map(forecast_of, read_items(self._client, self._table, keys, self._sleep))
        return {IssuedForecast(SeriesKey(one.station, one.parameter), one.issue_time): one for one in found}

    def _issue(self, forecasts: Sequence[Forecast]) -> None:
        """Write those forecasts that are the first of their issue time together, the others one by one."""
        new = list(forecasts)
        while new:
            actions = [action for forecast in new for action in self._first(forecast)]
            size = len(actions) // len(new)
            known = {place // size for place in transact(self._client, actions, self._sleep)}
            if not known:
                return
            for place in sorted(known):
                self._issue_again(new[place])
            new = [forecast for place, forecast in enumerate(new) if place not in known]

    def _first(self, forecast: Forecast) -> Sequence[dict[str, Any]]:
        """What writes the first forecast of an issue time, and that it waits."""
        return (
            put_new(self._table, forecast_item(forecast)),
            put_new(self._verification, waiting_item(new_waiting(forecast))),
            put_new(self._verification, unarchived_item(forecast, issue_sort_key(forecast.issue_time))),
        )

    def _issue_again(self, forecast: Forecast) -> None:
        newest = self._newest(forecast.station, forecast.parameter, issue_sort_key(forecast.issue_time))
        if newest is None:
            raise Unavailable(f"the forecast of {forecast.station} {forecast.parameter} is there and is not")
        if same_forecast(newest, forecast):
            return
        key = reissue_sort_key(forecast.issue_time, forecast.made_at)
        again = (
            put_new(self._table, {**forecast_item(forecast), SORT_KEY: {"S": key}}),
            put_new(self._verification, unarchived_item(forecast, key)),
        )
        # It may be there already: another attempt of the same run, which made the same forecast at the same moment.
        transact(self._client, again, self._sleep)

    def _newest(self, station: str, parameter: str, issued: str) -> Forecast | None:
        """The newest forecast of a series whose sort key begins so."""
        items = self._issued(station, parameter, issued, 1)
        return forecast_of(items[0]) if items else None

    def _issued(self, station: str, parameter: str, issued: str, most: int) -> Sequence[Mapping[str, Any]]:
        """The items of a series whose sort key begins so, the newest first."""
        condition, values = "#pk = :series", {":series": {"S": series_partition(station, parameter)}}
        names = {"#pk": PARTITION_KEY}
        if issued:
            condition += " AND begins_with(#sk, :issued)"
            values[":issued"] = {"S": issued}
            names["#sk"] = SORT_KEY
        with unavailable_when_down("DynamoDB"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ScanIndexForward=False,
                Limit=most,
            )
        return answer["Items"]
