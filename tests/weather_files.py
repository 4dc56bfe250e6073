"""Files of weather forecasts for tests."""

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geoclimate.columnar.read_file import begin_file
from geoclimate.columnar.weather_columns import WeatherVocabulary, read_weather_lines
from geoclimate.columnar.weather_runs import WeatherPart, runs_of
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.weather_forecasts import WeatherRun

ISSUED = dt.datetime(2014, 1, 31, tzinfo=dt.UTC)
UPLOADED = ISSUED + dt.timedelta(hours=5, minutes=20)
NOW = UPLOADED + dt.timedelta(seconds=9)
DELIVERY = Delivery("cd" * 32, UPLOADED, NOW, "weather/run.csv")
STATION = "openaq-501001"
ROW = {
    "station": STATION,
    "issue_time": "2014-01-31T00:00:00Z",
    "valid_time": "2014-01-31T06:00:00Z",
    "parameter": "temperature",
    "value": "-4.8",
    "unit": "c",
}
POINT = {"latitude": "40.0", "longitude": "116.5"}


def row(**changes: str) -> dict[str, str]:
    """A row for a station that keeps every rule, but for the changes."""
    return {**ROW, **changes}


def point_row(**changes: str) -> dict[str, str]:
    """A row for a grid point that keeps every rule, but for the changes."""
    return {**POINT, **{name: text for name, text in ROW.items() if name != "station"}, **changes}


def hours(count: int, first: int = 0, issued: dt.datetime = ISSUED, **changes: str) -> list[dict[str, str]]:
    """Rows of consecutive hours of a run from its hour `first` on, with the values `first` + 0.5, `first` + 1.5, ..."""
    return [
        row(
            **{
                "issue_time": issued.isoformat(),
                "valid_time": (issued + dt.timedelta(hours=hour)).isoformat(),
                "value": f"{hour + 0.5}",
                **changes,
            }
        )
        for hour in range(first, first + count)
    ]


def text(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as CSV; the columns are those of the first."""
    lines = [",".join(rows[0]), *(",".join(each.get(name, "") for name in rows[0]) for each in rows)]
    return "\n".join(lines).encode() + b"\n"


def parquet(rows: Sequence[Mapping[str, str]], *, times_as_text: bool = False) -> bytes:
    """Rows as Parquet; times are timestamps."""
    columns: dict[str, pa.Array] = {}
    for name in rows[0]:
        cells: list[Any] = [each.get(name) or None for each in rows]
        if name in {"value", "latitude", "longitude"}:
            columns[name] = pa.array([float(cell) for cell in cells], pa.float64())
        elif name.endswith("_time") and not times_as_text:
            stamps = [None if cell is None else dt.datetime.fromisoformat(cell) for cell in cells]
            columns[name] = pa.array(stamps, pa.timestamp("us", "UTC"))
        else:
            columns[name] = pa.array(cells, pa.string())
    return packed(pa.table(columns))


def packed(table: pa.Table) -> bytes:
    """A table as a Parquet file."""
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def runs_in(parts: Iterable[WeatherPart], vocabulary: WeatherVocabulary) -> list[WeatherRun]:
    """The runs of parts, ordered by place and issue time."""
    runs = [run for part in parts for run in runs_of(part, vocabulary, DELIVERY)]
    return sorted(runs, key=lambda run: (run.place.key, run.issue_time))


def read_text(content: bytes, vocabulary: WeatherVocabulary) -> list[Any]:
    """The blocks of a CSV file."""
    _, beginning = begin_file(io.BytesIO(content))
    return list(read_weather_lines(beginning, DELIVERY, vocabulary))
