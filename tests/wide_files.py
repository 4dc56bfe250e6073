"""Wide CSV files and their mappings for tests."""

import json
from typing import Any

COMPASS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
BEIJING: dict[str, Any] = {
    "provider": "uci",
    "station": {
        "column": "station",
        "known": {
            "Aotizhongxin": {"latitude": 39.982, "longitude": 116.397},
            "Dingling": {"latitude": 40.292, "longitude": 116.220},
            "Dongsi": {"latitude": 39.929, "longitude": 116.417},
            "Guanyuan": {"latitude": 39.929, "longitude": 116.339},
            "Gucheng": {"latitude": 39.914, "longitude": 116.184},
            "Nongzhanguan": {"latitude": 39.937, "longitude": 116.461},
            "Shunyi": {"latitude": 40.127, "longitude": 116.655},
            "Tiantan": {"latitude": 39.886, "longitude": 116.407},
        },
    },
    "time": {
        "columns": ["year", "month", "day", "hour"],
        "format": "%Y %m %d %H",
        "zone": "Asia/Shanghai",
        "stamp": "begins",
        "interval": 60,
    },
    "missing": ["NA"],
    "columns": {
        "PM2.5": {"parameter": "pm25", "unit": "ug/m3"},
        "PM10": {"parameter": "pm10", "unit": "ug/m3"},
        "SO2": {"parameter": "so2", "unit": "ug/m3"},
        "NO2": {"parameter": "no2", "unit": "ug/m3"},
        "CO": {"parameter": "co", "unit": "ug/m3"},
        "O3": {"parameter": "o3", "unit": "ug/m3"},
        "TEMP": {"parameter": "temperature", "unit": "c"},
        "PRES": {"parameter": "pressure", "unit": "hPa"},
        "DEWP": {"parameter": "dewpoint", "unit": "c"},
        "RAIN": {"parameter": "precipitation", "unit": "mm"},
        "wd": {
            "parameter": "wind_direction",
            "unit": "deg",
            "values": {point: 22.5 * place for place, point in enumerate(COMPASS)},
        },
        "WSPM": {"parameter": "wind_speed", "unit": "m/s"},
    },
    "ignore": ["No"],
}
"""The mapping of `beijing-multisite`, as `docs/wide-csv.md` shows it."""

SMALL: dict[str, Any] = {
    "provider": "city",
    "station": {"id": "mitte", "name": "Berlin Mitte", "latitude": 52.52, "longitude": 13.4},
    "time": {"columns": ["when"], "format": "iso", "zone": "Europe/Berlin", "stamp": "ends"},
    "columns": {
        "PM2.5": {"parameter": "pm25", "unit": "ug/m3"},
        "T": {"parameter": "temperature", "unit": "c"},
    },
}
"""The least that a mapping needs."""


def mapping(base: dict[str, Any] = SMALL, **changes: Any) -> dict[str, Any]:
    """A mapping with some fields changed: `time__zone="UTC"` is the field `zone` of `time`; None takes a field away."""
    changed: dict[str, Any] = json.loads(json.dumps(base))
    for path, value in changes.items():
        *outer, name = path.split("__")
        place = changed
        for key in outer:
            place = place[key]
        if value is None:
            del place[name]
        else:
            place[name] = value
    return changed


def packed(content: Any) -> bytes:
    """A mapping's bytes."""
    return json.dumps(content, ensure_ascii=False).encode()
