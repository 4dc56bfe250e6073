"""The real data beside the repository: what each station measured, read without any of the platform's code."""

import csv
import datetime as dt
import lzma
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.wide_files import COMPASS

_SHARED: Final = Path(__file__).parents[2] / "shared"
DATA: Final = _SHARED / "data" / "beijing-multisite"
WRITER: Final = _SHARED / "tools" / "beijing_openaq.py"
THERE: Final = WRITER.exists() and DATA.exists()
CHINA: Final = dt.timezone(dt.timedelta(hours=8))
PARAMETERS: Final = {
    "PM2.5": ("pm25", "µg/m³"),
    "PM10": ("pm10", "µg/m³"),
    "SO2": ("so2", "µg/m³"),
    "NO2": ("no2", "µg/m³"),
    "CO": ("co", "µg/m³"),
    "O3": ("o3", "µg/m³"),
    "TEMP": ("temperature", "c"),
    "PRES": ("pressure", "hpa"),
    "DEWP": ("dewpoint", "c"),
    "RAIN": ("precipitation", "mm"),
    "WSPM": ("wind_speed", "m/s"),
    "wd": ("wind_direction", "deg"),
}
"""Parameter and unit of each column, of which every one is delivered in the canonical unit."""

Measured = dict[tuple[str, dt.datetime], float]
"""Value by parameter and beginning of the hour, UTC."""


def stations() -> list[dict[str, str]]:
    """Name, latitude and longitude of each station."""
    with (DATA / "stations.csv").open(newline="") as text:
        return list(csv.DictReader(text))


def table(station: str) -> str:
    """A station's file as it was published: one column a parameter."""
    with lzma.open(DATA / f"{station}.csv.xz", "rt", encoding="utf-8", newline="") as text:
        return text.read()


def measured(station: str) -> Measured:
    """All that a station measured."""
    found: Measured = {}
    for row in csv.DictReader(table(station).splitlines()):
        year, month, day, hour = (int(row[part]) for part in ("year", "month", "day", "hour"))
        begin = dt.datetime(year, month, day, hour, tzinfo=CHINA)
        for column, (parameter, _) in PARAMETERS.items():
            text = row[column]
            if text != "NA":
                found[parameter, begin] = COMPASS.index(text) * 22.5 if column == "wd" else float(text)
    return found


def archive_files(station: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """A station's months as files of the OpenAQ archive, each with its key."""
    subprocess.run([sys.executable, str(WRITER), str(folder), "--station", station], check=True)
    for file in sorted(folder.rglob("*.csv.gz")):
        yield str(file.relative_to(folder)), file.read_bytes()
