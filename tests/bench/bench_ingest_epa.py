"""Ingest of a large hourly file of EPA's into Parquet on one core, against pandas used as one would at first.

Both read the same file, drop what stands for a missing value, cannot be or was said before, convert, and write all
columns of the lake; afterwards the two results are compared value by value. Ours begins with the check of the
whole text, and then goes through it block by block. Copying the upload to this machine is in neither.
"""

import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from geoclimate.adapters.lake_parquet import ParquetLake
from geoclimate.columnar.check_places import PlaceCheck
from geoclimate.columnar.check_series import SeriesChecks
from geoclimate.columnar.columns import Vocabulary
from geoclimate.contracts.lake import OBSERVATIONS
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.quality import SENTINELS
from geoclimate.services.spool_upload import SpooledUpload, checked_content
from tests.bench.epa_year import ROWS, write_hours, write_year
from tests.bench.measured import measure, run_mode
from tests.columns_read import observation_blocks

_UPLOADED: Final = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
_DIGEST: Final = "ab" * 32
_COLUMNS: Final = [f'"{column.name}"' for column in OBSERVATIONS.columns]
_MODULE: Final = "tests.bench.bench_ingest_epa"
_FILES: Final[dict[str, Callable[[Path], None]]] = {
    "EPA hourly": partial(write_year, quoted=True),
    "EPA hourly without quotes": partial(write_year, quoted=False),
    "EPA hourly by hour": write_hours,
}


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    figures = []
    for name, write in _FILES.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "hourly_88101_2019.csv")
            write(file)
            measured = measure(_MODULE, _MODES, file)
            # By itself, since duckdb prints some hundred lines about its bindings where its process ends.
            subprocess.run([sys.executable, "-m", _MODULE, "same", str(file)], capture_output=True, check=True)
            idle, naive, ours = (measured[mode] for mode in ("nothing", "pandas", "lake"))
            size = file.stat().st_size / 1e6
        figures += [
            (f"{name}: rows in the file", f"{ROWS:,} ({size:,.0f} MB)"),
            (f"{name}, pandas, checked and into Parquet: rows/s", f"{ROWS / naive[0]:,.0f}"),
            (f"{name}, ours: rows/s", f"{ROWS / ours[0]:,.0f} ({naive[0] / ours[0]:.2f}x pandas)"),
            (f"{name}, pandas: peak memory over an idle process", f"{naive[1] - idle[1]:,.0f} MB"),
            (f"{name}, ours: peak memory over an idle process", f"{ours[1] - idle[1]:,.0f} MB"),
        ]
    return figures


def _nothing(_file: Path) -> None:
    """What the other modes cost before they begin."""


def _pandas(file: Path) -> None:
    import pandas as pd

    codes = ("State Code", "County Code", "Site Num", "Parameter Code")
    read = pd.read_csv(file, dtype=dict.fromkeys(codes, str), keep_default_na=False)
    start = pd.to_datetime(read["Date GMT"] + " " + read["Time GMT"], utc=True)
    value = read["Sample Measurement"]
    qualifier = read["Qualifier"]
    is_below = qualifier.str.startswith("MD ") | ((qualifier.str.match("$|IT |V ")) & (value < 0))
    table = pd.DataFrame(
        {
            "station": "epa-" + read["State Code"] + "-" + read["County Code"] + "-" + read["Site Num"],
            "station_name": read["County Name"] + ", " + read["State Name"] + ", site " + read["Site Num"],
            "latitude": read["Latitude"],
            "longitude": read["Longitude"],
            "instrument": read["POC"].astype(str),
            "start": start,
            "end": start + pd.Timedelta(hours=1),
            "value": value,
            "unit": "µg/m³",
            "delivered_value": value,
            "delivered_unit": "µg/m³",
            "flag": np.where(
                is_below, "below-detection", np.where(qualifier.str.startswith("1 "), "qualified", "valid")
            ),
            "source": "epa",
            "file_digest": _DIGEST,
            "line": np.arange(2, len(read) + 2, dtype=np.int32),
            "ingested_at": pd.Timestamp(_UPLOADED),
        }
    )
    table = table[~table["delivered_value"].isin(list(SENTINELS)) & table["value"].between(-10.0, 10_000.0)]
    table = table.drop_duplicates(["station", "instrument", "start", "end"])
    table.to_parquet(_pandas_file(file), compression="zstd", index=False)


def _lake(file: Path) -> None:
    vocabulary = Vocabulary()
    delivery = Delivery(_DIGEST, _UPLOADED, _UPLOADED, file.name)
    lake = ParquetLake(_Folder(_lake_folder(file)), "")  # type: ignore[arg-type]  # the one method that is called
    with (
        tempfile.TemporaryDirectory() as folder,
        file.open("rb") as plain,
        checked_content(SpooledUpload(plain, _DIGEST, file.stat().st_size)) as content,
    ):
        places = PlaceCheck(vocabulary)
        checks = SeriesChecks(vocabulary, Path(folder), delivery)
        for block in observation_blocks(content, delivery, vocabulary):
            for batch in checks.add(places.check(block)):
                lake.write(batch, delivery)
        for batch in checks.finish():
            lake.write(batch, delivery)


class _Folder:
    """S3 without its network."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put_object(self, *, Key: str, Body: bytes, **_arguments: Any) -> None:  # noqa: N803 - as boto3 has it
        file = self._folder / Key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(Body)


def _lake_folder(file: Path) -> Path:
    return file.with_name("lake")


def _pandas_file(file: Path) -> Path:
    return file.with_name("pandas.parquet")


def _assert_same(file: Path) -> None:
    """Check that the two have the same rows, and no row twice."""
    import duckdb

    lake = duckdb.read_parquet(f"{_lake_folder(file)}/**/*.parquet").select(*_COLUMNS)
    table = duckdb.read_parquet(str(_pandas_file(file))).select(*_COLUMNS)
    # `except_` compares sets, so the numbers of rows are compared as well.
    assert len(lake.except_(table)) == len(table.except_(lake)) == 0
    assert 0.99 * ROWS < len(lake.distinct()) == len(lake) == len(table) < ROWS


_MODES: Final[dict[str, Callable[[Path], None]]] = {"nothing": _nothing, "pandas": _pandas, "lake": _lake}


if __name__ == "__main__":
    if sys.argv[1] == "pandas":
        # Loading it is not measured.
        import pandas as pd  # noqa: F401
    run_mode({**_MODES, "same": _assert_same})
