"""An upload of a gibibyte fits into one run of the ingest function: its memory, its disk, and one write a day."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cdk.function_sizes import FUNCTION_SIZES
from tests.gibibyte_upload import SIZE, write_gibibyte

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("gibibyte")
    file = folder / "hourly_88101_2019.csv"
    rows = write_gibibyte(file)
    temporary = folder / "tmp"
    temporary.mkdir()
    answer = subprocess.run(
        [sys.executable, "-m", "tests.gibibyte_upload", str(file)],
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        text=True,
    ).stdout
    left = list(temporary.iterdir())
    size = file.stat().st_size
    file.unlink()
    return {**json.loads(answer), "rows": rows, "size": size, "left": left}


@pytest.mark.slow
def test_takes_every_row(taken: dict[str, Any]) -> None:
    assert 0.99 * SIZE < taken["size"] <= SIZE
    assert taken["status"] == "accepted"
    assert taken["accepted"] == taken["stored"] == taken["in_the_lake"] == taken["rows"] > 3_500_000


@pytest.mark.slow
def test_writes_each_day_of_a_station_once_and_within_one_write_unit(taken: dict[str, Any]) -> None:
    # A year of hours from 08:00 UTC on touches 366 days.
    assert taken["items_written"] == taken["days"] == taken["rows"] // 8_760 * 366
    assert taken["largest_item"] < 1024


@pytest.mark.slow
def test_fits_into_the_functions_memory_and_disk(taken: dict[str, Any]) -> None:
    size = FUNCTION_SIZES["ingest"]
    assert taken["most_memory"] < size.memory_mb * 2**20 // 4
    assert taken["size"] < taken["most_disk"] < size.disk_mb * 2**20 // 2
    assert taken["left"] == []
