"""Makes the corpus's Parquet files; run `python -m tests.corpus.make_parquet` to make them again."""

import datetime as dt
import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER: Final = Path(__file__).parent / "parquet"
START: Final = dt.datetime(2023, 7, 1, 5, tzinfo=dt.UTC)
HOUR: Final = dt.timedelta(hours=1)
ROW: Final[dict[str, Any]] = {
    "station": "city-mitte",
    "station_name": "Mitte",
    "latitude": 52.52,
    "longitude": 13.4,
    "parameter": "pm25",
    "instrument": "1",
    "start": START,
    "end": START + HOUR,
    "value": 12.5,
    "unit": "ug/m3",
}
_TYPES: Final = {"start": pa.timestamp("us", "UTC"), "end": pa.timestamp("us", "UTC")}


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in FILES.items():
        (FOLDER / name).write_bytes(make())


def _hours(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of consecutive hours with the values 12.5, 13.5, ..., each with its changes."""
    return [
        {**ROW, "start": START + n * HOUR, "end": START + (n + 1) * HOUR, "value": 12.5 + n, **change}
        for n, change in enumerate(changes)
    ]


def _table(rows: list[dict[str, Any]], **types: pa.DataType) -> pa.Table:
    kinds = {**_TYPES, **types}
    return pa.table({name: pa.array([row[name] for row in rows], kinds.get(name)) for name in rows[0]})


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


_GOOD: Final = _table(_hours({}, {}, {}))


def _faults() -> bytes:
    nothing: dict[str, Any] = {}
    return _parquet(
        _table(
            _hours(
                nothing,
                {"value": float("nan")},
                {"value": float("inf")},
                {"value": None},
                {"value": -999.0},
                {"value": 1e308},
                {"unit": "ppb"},
                {"unit": None},
                {"parameter": "pm2.5"},
                {"station": "Mitte"},
                {"station": "../mitte"},
                {"instrument": ""},
                {"latitude": 116.397, "longitude": 39.982},
                {"latitude": 0.0, "longitude": 0.0},
                {"end": START},
                {"start": None},
                {"start": dt.datetime(2042, 1, 1, tzinfo=dt.UTC), "end": dt.datetime(2042, 1, 1, 1, tzinfo=dt.UTC)},
                {"start": dt.datetime(1960, 1, 1, tzinfo=dt.UTC), "end": dt.datetime(1960, 1, 1, 1, tzinfo=dt.UTC)},
                {"value": -0.5},
                nothing,
            )
        )
    )


def _damaged() -> bytes:
    damaged = bytearray(_parquet(_GOOD))
    for place in range(20, 40):
        damaged[place] ^= 0xFF
    return bytes(damaged)


def _duplicates() -> bytes:
    return _parquet(_table([*_hours({}, {}), *_hours({}, {"value": 99.0})]))


def _texts_as_times() -> bytes:
    times = [{"start": (START + n * HOUR).isoformat(), "end": (START + (n + 1) * HOUR).isoformat()} for n in range(2)]
    naive = {"start": "2023-07-01T07:00:00", "end": "2023-07-01T08:00:00"}
    return _parquet(_table(_hours(*times, naive), start=pa.string(), end=pa.string()))


FILES: Final[dict[str, Callable[[], bytes]]] = {
    "good.parquet": lambda: _parquet(_GOOD),
    "named.csv": lambda: _parquet(_GOOD),
    "faults.parquet": _faults,
    "duplicates.parquet": _duplicates,
    "truncated.parquet": lambda: _parquet(_GOOD)[:-100],
    "only-the-magic.parquet": lambda: b"PAR1",
    "damaged-page.parquet": _damaged,
    "no-rows.parquet": lambda: _parquet(_GOOD.slice(0, 0)),
    "missing-column.parquet": lambda: _parquet(_GOOD.drop_columns(["unit"])),
    "unknown-column.parquet": lambda: _parquet(_GOOD.append_column("remark", pa.array(["a", "b", "c"]))),
    "values-as-text.parquet": lambda: _parquet(_table(_hours({"value": "12.5"}, {"value": "n/a"}), value=pa.string())),
    "times-without-zone.parquet": lambda: _parquet(
        _GOOD.set_column(6, "start", _GOOD["start"].cast(pa.timestamp("us")))
    ),
    "times-as-text.parquet": _texts_as_times,
    "other-schema.parquet": lambda: _parquet(pa.table({"date": ["2023-07-01"], "fare": [12.5]})),
    "packed-with-gzip.parquet.gz": lambda: gzip.compress(_parquet(_GOOD), mtime=0),
}


if __name__ == "__main__":
    main()
