"""Ingest of one file: rows a second and peak memory, against a naive reader that checks nothing.

Every measurement runs in a process of its own, so that none inherits another's memory. Run by itself with a mode and a
file, the module is that process.
"""

import csv
import datetime as dt
import gzip
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from geoclimate.domain.bounded_days import PackedDay, pack_within_bounds, unpack_bounded
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.formats import read_rows
from geoclimate.domain.observations import Observation
from geoclimate.domain.openaq import COLUMNS
from geoclimate.domain.revisions import DayRevisions, merge_day
from geoclimate.services.ingest_file import Upload, ingest_file
from geoclimate.services.ports import Comparison, MergeCounts
from geoclimate.services.spool_upload import checked_text, spool_upload
from tests.ingest_fakes import World

_HOURS: Final = 16_700
_PARAMETERS: Final = (
    ("pm25", "µg/m³", 80.0),
    ("pm10", "µg/m³", 110.0),
    ("so2", "µg/m³", 15.0),
    ("no2", "µg/m³", 50.0),
    ("co", "µg/m³", 1200.0),
    ("o3", "ppb", 30.0),
    ("temperature", "c", 13.0),
    ("pressure", "hpa", 1010.0),
    ("dewpoint", "c", 2.0),
    ("precipitation", "mm", 0.1),
    ("wind_speed", "m/s", 2.0),
    ("wind_direction", "deg", 180.0),
)
_FIRST: Final = dt.datetime(2012, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=8)))
_NOW: Final = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_REPEATS: Final = 3


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "location-501001.csv.gz")
        rows = _write_archive(file)
        empty = _measure("nothing", file)
        naive = _measure("naive", file)
        checked = _measure("checked", file)
        whole = _measure("whole", file)
    figures = [("rows in the file", f"{rows:,}")]
    for name, seconds, peak in (
        ("csv.DictReader, no check, all rows kept", *naive),
        ("parsed and validated", *checked),
        ("parsed, validated, packed, reported", *whole),
    ):
        figures += [
            (f"{name}: rows/s", f"{rows / seconds:,.0f} ({naive[0] / seconds:.2f}x naive)"),
            (f"{name}: peak memory over an idle process", f"{peak - empty[1]:,.0f} MB"),
        ]
    return figures


def _write_archive(file: Path) -> int:
    """Write an archive file of one station, ordered by hour as the real ones are, and give its rows."""
    chance = random.Random(2014)  # noqa: S311 - made-up measurements
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for hour in range(_HOURS):
        stamp = (_FIRST + dt.timedelta(hours=hour)).isoformat()
        for number, (parameter, unit, typical) in enumerate(_PARAMETERS, start=1):
            value = round(typical * chance.uniform(0.9, 1.05), 1)
            writer.writerow((501001, 50100100 + number, "Aotizhongxin", stamp, 39.982, 116.397, parameter, unit, value))
    file.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    return _HOURS * len(_PARAMETERS)


def _measure(mode: str, file: Path) -> tuple[float, float]:
    """Seconds, the best of a few, and peak memory in MB."""
    runs = [
        json.loads(
            subprocess.run(
                [sys.executable, "-m", "tests.bench.bench_ingest", mode, str(file)],
                capture_output=True,
                check=True,
                cwd=Path(__file__).parents[2],
                text=True,
            ).stdout
        )
        for _ in range(_REPEATS)
    ]
    return min(run[0] for run in runs), min(run[1] for run in runs)


class _PackedDays:
    """The store without its network: days are read, merged and packed as the real one does."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, str, dt.date], PackedDay] = {}

    def merge(self, observations: Iterable[Observation]) -> MergeCounts:
        incoming: defaultdict[tuple[str, str, dt.date], list[Observation]] = defaultdict(list)
        for observation in observations:
            incoming[observation.station, observation.parameter, observation.start.date()].append(observation)
        added = 0
        for day, rows in incoming.items():
            packed = self._days.get(day)
            merge = merge_day(DayRevisions() if packed is None else unpack_bounded(day[0], day[1], packed), rows)
            self._days[day] = pack_within_bounds(merge.day)
            added += merge.added
        return MergeCounts(added, 0, 0)

    def compare(self, observations: Iterable[Observation], most: int) -> Comparison:
        raise NotImplementedError

    def read(
        self, station: str, parameter: str, start: dt.datetime, end: dt.datetime, as_of: dt.datetime | None = None
    ) -> list[Observation]:
        raise NotImplementedError


def _nothing(_file: Path) -> None:
    """What the other modes cost before they begin."""


def _naive(file: Path) -> None:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        rows = [
            {**row, "datetime": dt.datetime.fromisoformat(row["datetime"]), "value": float(row["value"])}
            for row in csv.DictReader(text)
        ]
    assert len(rows) == _HOURS * len(_PARAMETERS)


def _checked(file: Path) -> None:
    with file.open("rb") as stream, spool_upload(stream) as spooled, checked_text(spooled) as text:
        rows = sum(1 for _ in read_rows(text, Delivery(spooled.digest, _NOW, _NOW)))
    assert rows == _HOURS * len(_PARAMETERS)


def _whole(file: Path) -> None:
    world = World({file.name: file.read_bytes()})
    world.now = _NOW
    ports = world.ports
    report = ingest_file(
        Upload(file.name, None, _NOW),
        type(ports)(ports.uploads, _PackedDays(), ports.stations, ports.files, ports.clock),
    )
    assert report.rows.added == report.rows.read == _HOURS * len(_PARAMETERS)


_MODES: Final[dict[str, Callable[[Path], None]]] = {
    "nothing": _nothing,
    "naive": _naive,
    "checked": _checked,
    "whole": _whole,
}


def _child(mode: str, file: Path) -> None:
    began = time.perf_counter()
    _MODES[mode](file)
    seconds = time.perf_counter() - began
    print(json.dumps([seconds, _peak_mb()]))


def _peak_mb() -> float:
    """This program's own peak. `getrusage` would give that of the process that started it, where it was larger."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]))
