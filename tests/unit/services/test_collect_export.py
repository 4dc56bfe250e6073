"""DynamoDB's export of a table, taken into a backup."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.contracts.backups import EMPTY_DIGEST, digest_of, export_folder, read_part
from geoclimate.contracts.workflows import BackupTableRequest, TableExport
from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate.services.collect_export import collect_export
from tests.backup_world import ID, item, part_key
from tests.dynamodb_export import export_arn, write_export
from tests.workflow_fakes import NOW, ObjectsInMemory

ARN = export_arn("observations")
FOLDER = export_folder(ID, "observations", ARN.rsplit("/", 1)[-1])
ITEMS = [item(f"station-{n}", n) for n in range(10)]


@pytest.fixture
def objects() -> ObjectsInMemory:
    made = ObjectsInMemory()
    write_export(made.bodies, f"backups/{ID}/observations", ARN, ITEMS)
    return made


def collect(objects: ObjectsInMemory, arn: str = ARN, items: int = 10) -> TableExport:
    request = BackupTableRequest(backup_id=ID, table="observations", export_arn=arn, items=items)
    return collect_export(request, objects=objects)


def change_line(objects: ObjectsInMemory, number: int, **changes: Any) -> None:
    key = f"{FOLDER}/manifest-files.json"
    lines = [json.loads(line) for line in objects.bodies[key].splitlines()]
    lines[number] |= changes
    objects.bodies[key] = "\n".join(map(json.dumps, lines)).encode()


def change_summary(objects: ObjectsInMemory, **changes: Any) -> None:
    key = f"{FOLDER}/manifest-summary.json"
    objects.bodies[key] = json.dumps(json.loads(objects.bodies[key]) | changes).encode()


def test_every_data_file_is_listed_with_the_count_digest_and_moment_of_the_whole(objects: ObjectsInMemory) -> None:
    export = collect(objects)
    assert export.keys == tuple(part_key("observations", number) for number in range(4))
    assert (export.items, export.moment) == (10, NOW)
    assert export.content_digest == digest_of(ITEMS)


def test_an_empty_table_has_the_empty_file_of_its_partition() -> None:
    objects = ObjectsInMemory()
    write_export(objects.bodies, f"backups/{ID}/observations", ARN, [])
    export = collect(objects, items=0)
    assert (len(export.keys), export.items, export.content_digest) == (1, 0, EMPTY_DIGEST)


def test_file_names_without_the_prefix_are_understood(objects: ObjectsInMemory) -> None:
    change_line(objects, 1, dataFileS3Key=part_key("observations", 1).removeprefix(f"backups/{ID}/observations/"))
    assert collect(objects).items == 10


@pytest.mark.parametrize("tamper", [lambda part: part[:-1] + bytes([part[-1] ^ 1]), lambda part: part[:-5]])
def test_a_data_file_that_was_changed_or_cut_short_is_refused(
    objects: ObjectsInMemory, tamper: Callable[[bytes], bytes]
) -> None:
    key = part_key("observations", 1)
    objects.bodies[key] = tamper(objects.bodies[key])
    with pytest.raises(IntegrityError, match=r"MD5 of .*file001.*changed or cut short"):
        collect(objects)


@pytest.mark.parametrize(
    "key", [part_key("observations", 2), f"{FOLDER}/manifest-files.json", f"{FOLDER}/manifest-summary.json"]
)
def test_an_export_with_a_missing_object_is_refused_by_its_name(objects: ObjectsInMemory, key: str) -> None:
    del objects.bodies[key]
    with pytest.raises(IntegrityError, match=f"not whole: {key} is missing"):
        collect(objects)


def test_a_list_of_files_that_was_cut_short_is_refused(objects: ObjectsInMemory) -> None:
    key = f"{FOLDER}/manifest-files.json"
    objects.bodies[key] = objects.bodies[key].splitlines()[0]
    with pytest.raises(IntegrityError, match="has 4 items, but DynamoDB says that it exported 10"):
        collect(objects)


def test_a_file_with_another_number_of_items_than_listed_is_refused(objects: ObjectsInMemory) -> None:
    change_line(objects, 0, itemCount=5)
    change_line(objects, 1, itemCount=3)
    with pytest.raises(IntegrityError, match=r"file000\.json\.gz has 4 items, but .* exported 5"):
        collect(objects)


def test_a_summary_with_another_count_than_dynamodb_said_is_refused(objects: ObjectsInMemory) -> None:
    with pytest.raises(IntegrityError, match=r"manifest-summary\.json has 10 items, but .* exported 11"):
        collect(objects, items=11)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"exportArn": export_arn("files")}, "is the summary of"),
        ({"outputFormat": "ION"}, "outputFormat"),
        ({"exportTime": None}, "exportTime"),
    ],
)
def test_a_summary_of_something_else_is_refused(
    objects: ObjectsInMemory, changes: dict[str, Any], message: str
) -> None:
    change_summary(objects, **changes)
    with pytest.raises(IntegrityError, match=message):
        collect(objects)


@pytest.mark.parametrize("listed", ["../../secrets.json.gz", "AWSDynamoDB/other/data/file001.json.gz", ""])
def test_a_list_that_points_elsewhere_is_refused(objects: ObjectsInMemory, listed: str) -> None:
    change_line(objects, 1, dataFileS3Key=listed)
    with pytest.raises(IntegrityError, match="no data file of its own"):
        collect(objects)


def test_a_file_that_is_listed_twice_is_refused(objects: ObjectsInMemory) -> None:
    change_line(objects, 1, dataFileS3Key=part_key("observations", 0))
    with pytest.raises(IntegrityError, match="listed twice"):
        collect(objects)


def test_a_list_that_is_no_json_is_refused(objects: ObjectsInMemory) -> None:
    objects.bodies[f"{FOLDER}/manifest-files.json"] = b"<html>"
    with pytest.raises(IntegrityError, match="no list of an export's files"):
        collect(objects)


def test_a_data_file_beyond_the_limit_is_said(objects: ObjectsInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geoclimate.services.collect_export.PART_LIMIT_BYTES", 10)
    with pytest.raises(InvalidInput, match="too large"):
        collect(objects)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"plain", "not gzip"),
        (gzip.compress(b'{"Item": {"pk": {"S": "a"}}}\n{}\n', mtime=0), "line 2 holds no item"),
        (gzip.compress(b"[]\n", mtime=0), "line 1 holds no item"),
        (gzip.compress(b"no json\n", mtime=0), "line 1 holds no item"),
        (gzip.compress(b'{"Item": {"pk": "a"}}\n', mtime=0), "line 1 holds no item"),
    ],
)
def test_what_is_no_data_file_is_said_by_its_line(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(read_part(content))


def test_sets_are_read_in_one_order_however_deep() -> None:
    line = {"Item": {"pk": {"S": "a"}, "m": {"M": {"l": {"L": [{"SS": ["b", "a"]}]}}}, "n": {"NS": ["2", "1"]}}}
    [found] = read_part(gzip.compress(json.dumps(line).encode()))
    assert found == {"pk": {"S": "a"}, "m": {"M": {"l": {"L": [{"SS": ["a", "b"]}]}}}, "n": {"NS": ["1", "2"]}}


@given(st.permutations(ITEMS), st.integers(0, 10))
def test_the_digest_of_items_depends_neither_on_order_nor_on_how_they_are_split(items: list[Any], cut: int) -> None:
    assert digest_of(items[cut:], digest_of(items[:cut])) == digest_of(ITEMS)


def test_the_digest_of_items_tells_a_changed_a_missing_and_a_double_item() -> None:
    others = [[item("station-0", 99), *ITEMS[1:]], ITEMS[1:], [*ITEMS, ITEMS[0]]]
    assert digest_of(ITEMS) not in [digest_of(other) for other in others]
