"""Files of the OpenAQ archive for tests."""

import csv
import datetime as dt
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence

HEADER = ("location_id", "sensors_id", "location", "datetime", "lat", "lon", "parameter", "units", "value")
ROW = {
    "location_id": "501001",
    "sensors_id": "50100101",
    "location": "Aotizhongxin",
    "datetime": "2014-01-01T01:00:00+08:00",
    "lat": "39.982",
    "lon": "116.397",
    "parameter": "pm25",
    "units": "µg/m³",
    "value": "42.0",
}
NOW = dt.datetime(2014, 2, 4, 3, 0, 7, tzinfo=dt.UTC)
UPLOADED = dt.datetime(2014, 2, 4, 3, tzinfo=dt.UTC)


def row(**changes: str) -> dict[str, str]:
    """A row that passes every rule, but for the changes."""
    return {**ROW, **changes}


def hours(count: int, **changes: str) -> list[dict[str, str]]:
    """Rows of consecutive hours, the first stamped 2014-01-01T01:00:00Z, with the values 0.5, 1.5, ..."""
    first = dt.datetime(2014, 1, 1, 1, tzinfo=dt.UTC)
    return [
        row(**{"datetime": (first + dt.timedelta(hours=n)).isoformat(), "value": f"{n + 0.5}", **changes})
        for n in range(count)
    ]


def text(rows: Iterable[Mapping[str, str]], header: Sequence[str] = HEADER) -> str:
    """The rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def packed(rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows as the archive delivers them."""
    return gzip.compress(text(rows).encode(), mtime=0)
