"""Real measurements, written as OpenAQ archive files, go in exactly as they are."""

import csv
import datetime as dt
import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from geoclimate.services.ingest_file import Upload, ingest_file
from tests import beijing
from tests.ingest_fakes import World
from tests.openaq_archive import UPLOADED

KEY = "records/csv.gz/location-501001-201401.csv.gz"


@pytest.mark.skipif(not beijing.THERE, reason="the real data lies beside the repository, and is not there")
def test_a_month_of_a_real_station_is_stored_value_by_value(tmp_path: Path) -> None:
    station = ["--station", "Aotizhongxin", "--from", "2014-01-01", "--to", "2014-01-31"]
    subprocess.run([sys.executable, str(beijing.WRITER), str(tmp_path), *station], check=True)
    [file] = tmp_path.rglob("*.csv.gz")
    world = World({KEY: file.read_bytes()})

    report = ingest_file(Upload(KEY, None, UPLOADED), world.ports)

    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        delivered = {
            (row["parameter"], dt.datetime.fromisoformat(row["datetime"])): float(row["value"])
            for row in csv.DictReader(text)
        }
    assert (report.status, report.rows.read, report.rows.refused) == ("accepted", len(delivered), 0)
    assert {(row.parameter, row.end): row.value for row in world.observations.all} == delivered
