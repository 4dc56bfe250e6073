"""One file of a backfill: taken once, and known again without being read."""

import json

import pytest

from geoclimate.contracts.report import REPORT_SUFFIX
from geoclimate.domain.errors import Unavailable
from tests.backfill_world import BackfillWorld, station_file
from tests.openaq_archive import UPLOADED

KEY = "backfill/a.csv.gz"
OTHER = "backfill/b.csv.gz"


@pytest.fixture
def world() -> BackfillWorld:
    return BackfillWorld({KEY: station_file(1)})


def edit_report(world: BackfillWorld, **changes: object) -> None:
    report = json.loads(world.uploads.objects[KEY + REPORT_SUFFIX])
    world.uploads.objects[KEY + REPORT_SUFFIX] = json.dumps(report | changes).encode()


def test_takes_a_file_as_an_upload_is_taken(world: BackfillWorld) -> None:
    result = world.take(KEY)
    assert (result.key, result.status, result.rows.accepted, result.rows.added) == (KEY, "accepted", 3, 3)
    report = world.uploads.report(KEY)
    found = world.listing.find(KEY)
    assert found is not None
    assert (report.status, report.version, report.uploaded_at) == ("accepted", found.version, UPLOADED)
    assert result.digest in world.files.taken


def test_a_file_that_was_taken_is_not_read_again(world: BackfillWorld) -> None:
    first = world.take(KEY)
    del world.uploads.objects[KEY]
    world.uploads.objects[KEY] = station_file(1)
    before = world.trouble.steps
    again = world.take(KEY)
    assert (again.status, again.digest) == ("already_taken", first.digest)
    assert again.rows.read == 0
    # The report, and the ledger.
    assert world.trouble.steps - before == 2


def test_an_overwritten_file_is_read(world: BackfillWorld) -> None:
    world.take(KEY)
    world.uploads.objects[KEY] = station_file(1, count=5)
    result = world.take(KEY)
    assert (result.status, result.rows.added, result.rows.unchanged) == ("accepted", 2, 3)


def test_a_report_without_an_entry_in_the_ledger_proves_nothing(world: BackfillWorld) -> None:
    world.take(KEY)
    world.files.taken.clear()
    world.observations.days.clear()
    assert world.take(KEY).rows.added == 3


def test_a_file_read_by_a_mapping_is_left_to_ingest(world: BackfillWorld) -> None:
    world.take(KEY)
    edit_report(world, mapping_key="backfill/mapping.json")
    assert world.take(KEY).status == "duplicate"


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff"])
def test_a_report_that_cannot_be_read_proves_nothing(world: BackfillWorld, body: bytes) -> None:
    world.take(KEY)
    world.uploads.objects[KEY + REPORT_SUFFIX] = body
    assert world.take(KEY).status == "duplicate"


def test_without_versions_a_file_is_read_again(world: BackfillWorld) -> None:
    world.listing.keeps_versions = False
    world.take(KEY)
    assert world.take(KEY).status == "duplicate"


def test_the_same_bytes_under_another_key_are_a_duplicate(world: BackfillWorld) -> None:
    world.take(KEY)
    world.uploads.objects[OTHER] = station_file(1)
    assert world.take(OTHER).status == "duplicate"


def test_a_file_that_cannot_be_read_says_why(world: BackfillWorld) -> None:
    world.uploads.objects[OTHER] = station_file(2)[:-9]
    result = world.take(OTHER)
    assert result.status == "refused"
    assert result.problem is not None
    assert result.problem.rule == "gzip"


def test_a_file_that_is_gone_is_missing(world: BackfillWorld) -> None:
    assert world.take(OTHER).status == "missing"


def test_a_key_beside_which_no_report_fits_is_refused(world: BackfillWorld) -> None:
    key = "backfill/" + "a" * 1010
    world.uploads.objects[key] = station_file(2)
    result = world.take(key)
    assert (result.status, result.problem and result.problem.rule) == ("refused", "key-length")


def test_a_platform_that_does_not_answer_is_an_error(world: BackfillWorld) -> None:
    world.trouble.at = frozenset({4})
    with pytest.raises(Unavailable):
        world.take(KEY)
