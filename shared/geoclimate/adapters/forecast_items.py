"""A forecast as an item of the forecasts table.

What is served lies in attributes of its own. What only verification needs (the quantiles before calibration, the
baselines) is one compressed attribute, so that reading the newest forecast does not parse hundreds of numbers in vain.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY, issue_sort_key, series_partition
from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.forecasts import ENGINES, Baselines, Engine, Forecast

_FOR_VERIFICATION: Final = "for_verification"


def forecast_item(forecast: Forecast) -> dict[str, Any]:
    """The item of a forecast, with its keys."""
    item: dict[str, Any] = {
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
    if forecast.station_group:
        item["station_group"] = {"S": forecast.station_group}
    if forecast.raw_quantiles is not None or forecast.baselines is not None:
        item[_FOR_VERIFICATION] = {"B": _packed(forecast)}
    return item


def forecast_of(item: Mapping[str, Any]) -> Forecast:
    """The forecast of an item.

    Raises:
        IntegrityError: The item is no forecast that this version of the platform can read.
    """
    try:
        packed: dict[str, Any] = {}
        if _FOR_VERIFICATION in item:
            packed = json.loads(zlib.decompress(bytes(item[_FOR_VERIFICATION]["B"])))
        return Forecast(
            station=item["station"]["S"],
            parameter=item["parameter"]["S"],
            issue_time=dt.datetime.fromisoformat(item["issue_time"]["S"]),
            made_at=dt.datetime.fromisoformat(item["made_at"]["S"]),
            model_version=item["model_version"]["S"],
            engine=_engine(item["engine"]["S"]),
            lead_hours=tuple(int(number["N"]) for number in item["lead_hours"]["L"]),
            levels=_floats(item["levels"]),
            quantiles=tuple(_floats(row) for row in item["quantiles"]["L"]),
            raw_quantiles=_rows(packed.get("raw")),
            station_group=item.get("station_group", {"S": ""})["S"],
            baselines=_baselines(packed),
        )
    except (LookupError, TypeError, ValueError, zlib.error) as error:
        keys = [item.get(name, {}).get("S") for name in (PARTITION_KEY, SORT_KEY)]
        raise IntegrityError(f"the stored forecast {keys} cannot be read: {error}") from error


def _packed(forecast: Forecast) -> bytes:
    columns: dict[str, Any] = {"raw": forecast.raw_quantiles}
    if forecast.baselines is not None:
        columns["persistence"] = forecast.baselines.persistence
        columns["seasonal_naive"] = forecast.baselines.seasonal_naive
        columns["climatology"] = forecast.baselines.climatology
    return zlib.compress(json.dumps(columns, separators=(",", ":"), allow_nan=False).encode(), 9)


def _baselines(packed: Mapping[str, Any]) -> Baselines | None:
    if "seasonal_naive" not in packed:
        return None
    return Baselines(packed["persistence"], tuple(packed["seasonal_naive"]), _rows(packed["climatology"]))


def _rows(rows: Sequence[Sequence[float]] | None) -> tuple[tuple[float, ...], ...] | None:
    return None if rows is None else tuple(tuple(row) for row in rows)


def _engine(text: str) -> Engine:
    for engine in ENGINES:
        if engine == text:
            return engine
    msg = f"there is no engine {text!r}"
    raise ValueError(msg)


def _numbers(values: Iterable[float]) -> dict[str, Any]:
    return {"L": [{"N": repr(value)} for value in values]}


def _floats(attribute: Mapping[str, Any]) -> tuple[float, ...]:
    return tuple(float(number["N"]) for number in attribute["L"])
