"""The lake's files in memory, with a kill at any step, and short ways to fill and read them."""

import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from geoclimate.columnar.lake_table import parquet_file, schema_of
from geoclimate.contracts.lake import OBSERVATIONS, Month, file_name
from geoclimate.domain.errors import Conflict
from geoclimate.services.lake_files import LakeFile

JANUARY = Month("pm25", 2014, 1)
_HOUR = dt.timedelta(hours=1)
_NEW_YEAR = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)
_UPLOADED = dt.datetime(2014, 2, 1, tzinfo=dt.UTC)

Row = dict[str, Any]


class Killed(BaseException):
    """The process ends here, and no line of its own code runs any more."""


class LakeFilesInMemory:
    """One bucket; implements `LakeFiles`.

    Attributes:
        bodies: Content, entity tag and time by key; each writing makes a new tag, as encrypted objects have it.
        steps_left: Changes until the process is killed, or None.
        before_delete: Called once before the next deletion: what somebody else does at that moment.
        damage: Changes the bytes of the next file that is written.
    """

    def __init__(self) -> None:
        self.bodies: dict[str, tuple[bytes, str, dt.datetime]] = {}
        self.steps_left: int | None = None
        self.before_delete: Callable[[], None] | None = None
        self.damage: Callable[[bytes], bytes] = bytes
        self.opened: list[str] = []
        self._tags = 0
        self._held: set[str] = set()

    def put(self, key: str, body: bytes) -> None:
        """Write without a step of the process under test."""
        self._tags += 1
        self.bodies[key] = (body, f'"{self._tags}"', _UPLOADED + self._tags * dt.timedelta(seconds=1))

    def let_the_holders_die(self) -> None:
        """Sixteen minutes pass."""
        self._held.clear()

    def list_files(self, prefix: str) -> Iterator[LakeFile]:
        for key in sorted(self.bodies):
            if key.startswith(prefix):
                body, etag, modified = self.bodies[key]
                yield LakeFile(key, len(body), etag, modified)

    def read(self, files: Sequence[LakeFile]) -> Iterator[bytes | None]:
        for file in files:
            yield self.bodies[file.key][0] if self._is_there(file) else None

    def open(self, file: LakeFile) -> BinaryIO:
        self.opened.append(file.key)
        return io.BytesIO(self.bodies[file.key][0])

    def write(self, key: str, body: bytes) -> None:
        self._step()
        self.put(key, self.damage(body))
        self.damage = bytes

    def delete(self, files: Sequence[LakeFile]) -> None:
        if self.before_delete is not None:
            happens, self.before_delete = self.before_delete, None
            happens()
        for file in files:
            self._step()
            if self._is_there(file):
                del self.bodies[file.key]

    @contextmanager
    def claim(self, key: str) -> Iterator[None]:
        if key in self._held:
            raise Conflict(f"somebody else works on {key}")
        self._step()
        self.put(key, b"claim")
        self._held.add(key)
        try:
            yield
            self._step()
        except Killed:
            raise
        except BaseException:
            self._held.remove(key)
            raise
        del self.bodies[key]
        self._held.remove(key)

    def _is_there(self, file: LakeFile) -> bool:
        return file.key in self.bodies and self.bodies[file.key][1] == file.etag

    def _step(self) -> None:
        if self.steps_left is not None:
            if self.steps_left == 0:
                self.steps_left = None
                raise Killed
            self.steps_left -= 1


def lake_row(digest: str = "a", line: int = 2, *, hour: int = 0, **other: Any) -> Row:
    """One row; `other` are columns."""
    start = _NEW_YEAR + hour * _HOUR
    return {
        "station": "epa-06-037-1103",
        "station_name": "Los Angeles",
        "latitude": 34.06659,
        "longitude": -118.22688,
        "instrument": "1",
        "start": start,
        "end": start + _HOUR,
        "value": float(line),
        "unit": "ug/m3",
        "delivered_value": float(line),
        "delivered_unit": "ug/m3",
        "flag": "valid",
        "source": "epa",
        "file_digest": digest * 64,
        "line": line,
        "ingested_at": _UPLOADED,
    } | other


def parquet(rows: Sequence[Row]) -> bytes:
    """A file of the lake with these rows, as the ingestion writes one."""
    table = pa.Table.from_pylist(list(rows), schema=schema_of(OBSERVATIONS))
    return bytes(parquet_file(table, OBSERVATIONS))


def batch_key(digest: str = "a", number: int = 0, month: Month = JANUARY) -> str:
    """Key of a batch of an upload."""
    return month.prefix + file_name(digest * 64, _UPLOADED, number)


def rows_in(lake: LakeFilesInMemory, prefix: str = JANUARY.prefix) -> list[Row]:
    """Every row under a prefix, file by file."""
    return [row for file in lake.list_files(prefix) for row in rows_of(lake, file.key)]


def rows_of(lake: LakeFilesInMemory, key: str) -> list[Row]:
    """The rows of a file."""
    found: list[Row] = pq.read_table(pa.BufferReader(lake.bodies[key][0])).to_pylist()
    return found
