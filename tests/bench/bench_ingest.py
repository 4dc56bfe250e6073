"""Ingest of one file: rows a second and peak memory, against a naive reader that checks nothing.

Of the archive's files with their stores, and of a large file of EPA's into Parquet.
"""

import csv
import datetime as dt
import gzip
import io
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from geoclimate.columnar.columns import Vocabulary
from geoclimate.domain.bounded_days import PackedDay, pack_within_bounds, unpack_bounded
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.observations import Observation, SeriesWindow
from geoclimate.domain.openaq import COLUMNS
from geoclimate.domain.revisions import DayRevisions, merge_day
from geoclimate.services.ingest_file import Upload, ingest_file
from geoclimate.services.merge_outcome import Comparison, MergeCounts
from geoclimate.services.spool_upload import checked_content, spool_upload
from tests.bench import bench_ingest_epa
from tests.bench.measured import measure, run_mode
from tests.columns_read import observation_blocks
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


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "location-501001.csv.gz")
        rows = _write_archive(file)
        measured = measure("tests.bench.bench_ingest", _MODES, file)
    empty, naive, checked, whole = (measured[mode] for mode in ("nothing", "naive", "checked", "whole"))
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
    return figures + bench_ingest_epa.run()


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

    def read_together(self, windows: Sequence[SeriesWindow]) -> list[list[Observation]]:
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
    with file.open("rb") as stream, spool_upload(stream) as spooled, checked_content(spooled) as content:
        blocks = observation_blocks(content, Delivery(spooled.digest, _NOW, _NOW), Vocabulary())
        rows = sum(len(block.columns) for block in blocks)
    assert rows == _HOURS * len(_PARAMETERS)


def _whole(file: Path) -> None:
    world = World({file.name: file.read_bytes()})
    world.now = _NOW
    ports = world.ports
    report = ingest_file(
        Upload(file.name, None, _NOW),
        replace(ports, observations=_PackedDays()),
    )
    assert report.rows.added == report.rows.read == _HOURS * len(_PARAMETERS)


_MODES: Final[dict[str, Callable[[Path], None]]] = {
    "nothing": _nothing,
    "naive": _naive,
    "checked": _checked,
    "whole": _whole,
}


if __name__ == "__main__":
    run_mode(_MODES)
