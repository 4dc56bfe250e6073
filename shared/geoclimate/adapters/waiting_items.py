"""What stands beside a new forecast, written with it: that it waits to be scored, and to be taken to the lake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from geoclimate.adapters.dynamodb_transactions import item_key
from geoclimate.contracts.tables import UNARCHIVED_PARTITION, WAITING_PARTITION, issue_sort_key, series_partition
from geoclimate.domain.forecasts import Forecast
from geoclimate.services.verification_ports import IssuedForecast, SeriesKey, WaitingForecast


def waiting_item(waiting: WaitingForecast) -> dict[str, Any]:
    """The item that says that a forecast waits to be scored."""
    issued = waiting.forecast
    return {
        **item_key(*waiting_key(waiting)),
        "station": {"S": issued.series.station},
        "parameter": {"S": issued.series.parameter},
        "issue_time": {"S": issued.issue_time.isoformat()},
        "ends": {"S": waiting.ends.isoformat()},
    }


def waiting_key(waiting: WaitingForecast) -> tuple[str, str]:
    """Its keys: sorted by the end of the forecast's last hour."""
    issued = waiting.forecast
    series = series_partition(issued.series.station, issued.series.parameter)
    return WAITING_PARTITION, f"{issue_sort_key(waiting.ends)}#{series}#{issue_sort_key(issued.issue_time)}"


def waiting_of(item: Mapping[str, Any]) -> WaitingForecast:
    """The forecast that an item says to wait."""
    series = SeriesKey(item["station"]["S"], item["parameter"]["S"])
    issued = IssuedForecast(series, dt.datetime.fromisoformat(item["issue_time"]["S"]))
    return WaitingForecast(issued, dt.datetime.fromisoformat(item["ends"]["S"]))


def new_waiting(forecast: Forecast) -> WaitingForecast:
    """That a new forecast waits."""
    series = SeriesKey(forecast.station, forecast.parameter)
    ends = forecast.issue_time + dt.timedelta(hours=forecast.lead_hours[-1])
    return WaitingForecast(IssuedForecast(series, forecast.issue_time), ends)


def unarchived_item(forecast: Forecast, sort_key: str) -> dict[str, Any]:
    """That a forecast with this sort key is not in the lake yet, sorted by when it was made."""
    partition = series_partition(forecast.station, forecast.parameter)
    made_at = f"{forecast.made_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return {
        **item_key(UNARCHIVED_PARTITION, f"{made_at}#{partition}#{sort_key}"),
        "forecast": {"L": [{"S": partition}, {"S": sort_key}]},
    }


def unarchived_keys_of(item: Mapping[str, Any]) -> tuple[str, str]:
    """Partition and sort key of the forecast that an item says not to be in the lake."""
    partition, sort_key = item["forecast"]["L"]
    return partition["S"], sort_key["S"]
