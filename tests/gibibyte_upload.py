"""Takes an upload of a gibibyte in, with stores that only count: the program that `test_one_gibibyte` starts.

What it prints as JSON: rows and day items, and the most memory and disk that it had at a time.
"""

import datetime as dt
import io
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from geoclimate.columnar.blocks import Batch
from geoclimate.domain.bounded_days import pack_within_bounds
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.observations import Observation
from geoclimate.domain.revisions import DayRevisions
from geoclimate.services.ingest_file import Upload, ingest_file
from geoclimate.services.merge_outcome import Comparison, MergeCounts
from tests.bench.epa_year import FIRST, METHOD
from tests.epa_files import HOURLY
from tests.ingest_fakes import World

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SIZE = 2**30
_HOURS = 8_760


def write_gibibyte(file: Path) -> int:
    """Write EPA's hourly values, a year of each monitor, up to a gibibyte; gives the rows."""
    hours = [FIRST + dt.timedelta(hours=hour) for hour in range(_HOURS + 8)]
    stamps = [f'"{hour:%Y-%m-%d}","{hour:%H:%M}"' for hour in hours]
    rows = size = site = 0
    with file.open("w", encoding="utf-8") as out:
        size += out.write(",".join(f'"{column}"' for column in HOURLY) + "\n")
        while True:
            site += 1
            before = f'"06","{1 + site // 1000:03}","{site:04}","88101",1,{30 + site / 90:.6f},-120.5,"NAD83","PM2.5"'
            after = f'"Micrograms/cubic meter (LC)",5,,"","FEM","170","{METHOD}","California","Kern","2020-05-07"'
            text = "".join(
                f"{before},{stamps[hour]},{stamps[hour + 8]},{(hour * 7 + site) % 400 / 10},{after}\n"
                for hour in range(_HOURS)
            )
            if size + len(text) > SIZE:
                return rows
            size += out.write(text)
            rows += _HOURS


class _OneFile:
    """The bucket of uploads with one file on disk."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def open(self, _key: str, _version: str | None) -> BinaryIO:
        return self._file.open("rb")

    def write_beside(self, _key: str, _suffix: str, _body: BinaryIO, _content_type: str) -> None:
        """Nobody reads the report."""

    def read_beside(self, _key: str, _suffix: str) -> bytes | None:
        return None

    def read_mapping(self, _key: str) -> bytes | None:
        return None


class _Counts:
    """Lake and store that keep nothing: they count rows and day items, and look at what the process holds."""

    def __init__(self) -> None:
        self.rows = self.items = self.lake_rows = self.largest_item = 0
        self.most_disk = 0
        self.days: set[tuple[str, dt.date]] = set()

    def merge(self, observations: Iterable[Observation]) -> MergeCounts:
        days: dict[tuple[str, dt.date], list[Observation]] = {}
        for observation in observations:
            days.setdefault((observation.station, observation.start.date()), []).append(observation)
        first = next(iter(days.values()))
        self.largest_item = max(self.largest_item, len(pack_within_bounds(DayRevisions(tuple(first))).current))
        self.items += len(days)
        self.days |= days.keys()
        count = sum(map(len, days.values()))
        self.rows += count
        return MergeCounts(added=count)

    def compare(self, observations: Iterable[Observation], most: int) -> Comparison:
        raise NotImplementedError

    def read(self, *_window: object, **_as_of: object) -> list[Observation]:
        raise NotImplementedError

    def read_together(self, *_windows: object) -> list[list[Observation]]:
        raise NotImplementedError

    def write(self, batch: Batch, _delivery: Delivery) -> None:
        self.lake_rows += len(batch.columns)
        self.most_disk = max(self.most_disk, sum(_sizes_of_temporary_files()))

    def write_refused(self, *_refusals: object) -> None:
        raise NotImplementedError

    def write_weather(self, *_part: object) -> None:
        raise NotImplementedError


def _sizes_of_temporary_files() -> Iterable[int]:
    """Bytes of what lies in the temporary folder, files without a name included."""
    folder = Path(os.environ["TMPDIR"])
    yield from (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    for descriptor in Path("/proc/self/fd").iterdir():
        # The descriptor of this listing itself is gone by now.
        if descriptor.is_symlink() and str(descriptor.readlink()).endswith(" (deleted)"):
            yield descriptor.stat().st_size


def main(file: Path) -> None:
    """Take the file in and say what that took."""
    counts = _Counts()
    world = World()
    ports = replace(world.ports, uploads=_OneFile(file), observations=counts, lake=counts, clock=lambda: NOW)
    report = ingest_file(Upload(file.name, None, NOW), ports)
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    json.dump(
        {
            "status": report.status,
            "accepted": report.rows.accepted,
            "stored": counts.rows,
            "in_the_lake": counts.lake_rows,
            "items_written": counts.items,
            "days": len(counts.days),
            "largest_item": counts.largest_item,
            "most_disk": counts.most_disk,
            "most_memory": int(peak.split()[1]) * 1024,
        },
        io.TextIOWrapper(sys.stdout.buffer),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
