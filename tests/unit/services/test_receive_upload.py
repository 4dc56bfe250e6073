"""What becomes of a message about an upload."""

import json
from typing import Any

import pytest

from geoclimate.contracts.report import REPORT_SUFFIX
from geoclimate.domain.errors import Unavailable
from geoclimate.services.receive_upload import Outcome, receive_upload
from tests.ingest_fakes import World
from tests.load_event import load_event
from tests.openaq_archive import UPLOADED, hours, packed, row

KEY = "records/csv.gz/locationid=501001/year=2014/month=01/location-501001-201401.csv.gz"


def message(**changes: Any) -> str:
    return json.dumps(load_event("eventbridge/object_created", **changes))


def receive(world: World, body: str) -> Outcome:
    return receive_upload(body, "uploads", world.ports, world.quarantine)


def test_takes_the_file_in_that_the_event_names() -> None:
    world = World({KEY: packed(hours(2))})
    outcome = receive(world, message())
    assert (outcome.status, outcome.key, outcome.quarantined) == ("accepted", KEY, None)
    assert [observation.ingested_at for observation in world.observations.all] == [UPLOADED, UPLOADED]
    assert world.uploads.report(KEY).version == "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"
    assert world.quarantine.messages == []


def test_says_for_the_log_what_happened_and_nothing_of_the_contents() -> None:
    world = World({KEY: packed([row(), row(value="secret text")])})
    summary = receive(world, message()).summary
    assert summary["status"] == "partly_accepted"
    assert summary["refused_by_rule"] == {"number": 1}
    assert "secret text" not in json.dumps(summary)


def test_a_file_that_cannot_be_read_goes_to_quarantine_with_its_reason_and_a_report() -> None:
    world = World({KEY: packed(hours(2))[:-3]})
    outcome = receive(world, message())
    assert (outcome.status, outcome.quarantined) == ("refused", "gzip")
    problem = world.uploads.report(KEY).problem
    assert problem is not None
    assert problem.rule == "gzip"
    attributes = {"rule": "gzip", "reason": "the gzip file ends too early: upload it whole", "key": KEY}
    assert world.quarantine.messages == [(message(), attributes)]


def test_a_file_whose_rows_are_all_refused_was_read_and_stays_out_of_quarantine() -> None:
    world = World({KEY: packed([row(value="-999")])})
    assert receive(world, message()).status == "refused"
    assert world.quarantine.messages == []


@pytest.mark.parametrize("change", [{}, {"detail__object__version-id": "gone"}])
def test_a_file_that_was_deleted_meanwhile_goes_to_quarantine(change: dict[str, str]) -> None:
    world = World({KEY: packed(hours(2))} if change else {})
    outcome = receive(world, message(**change))
    assert (outcome.status, outcome.quarantined) == ("lost", "missing-object")
    [(_, attributes)] = world.quarantine.messages
    assert attributes["reason"] == f"the object '{KEY}' does not exist: it was deleted before it was read"
    assert KEY + REPORT_SUFFIX not in world.uploads.objects


@pytest.mark.parametrize(
    "body", ["this is no event", "{}", "[]", "", json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"})]
)
def test_a_message_that_is_no_event_goes_to_quarantine(body: str) -> None:
    world = World()
    outcome = receive(world, body)
    assert (outcome.status, outcome.key, outcome.quarantined) == ("lost", None, "message")
    [(original, attributes)] = world.quarantine.messages
    assert original == body
    assert attributes["reason"].startswith("the message is no event of an upload")


def test_an_event_of_another_bucket_goes_to_quarantine_unread() -> None:
    world = World({KEY: packed(hours(2))})
    assert receive(world, message(detail__bucket__name="elsewhere")).quarantined == "bucket"
    assert world.uploads.writes == []


@pytest.mark.parametrize("key", [f"{KEY}.report.json", f"{KEY}.errors.ndjson"])
def test_what_the_platform_wrote_itself_is_no_upload(key: str) -> None:
    world = World({key: b"{}"})
    assert receive(world, message(detail__object__key=key)).status == "ignored"
    assert (world.trouble.steps, world.quarantine.messages) == (0, [])


def test_the_marker_of_a_folder_is_no_upload_but_a_file_with_a_slash_is_one() -> None:
    world = World({"a/": b"", "b/": packed(hours(1))})
    assert receive(world, message(detail__object__key="a/", detail__object__size=0)).status == "ignored"
    assert receive(world, message(detail__object__key="b/")).status == "accepted"


def test_an_error_that_may_pass_is_left_to_the_next_delivery() -> None:
    world = World({KEY: packed(hours(2))})
    world.trouble.at = frozenset({4})
    with pytest.raises(Unavailable):
        receive(world, message())
    assert world.quarantine.messages == []
    assert receive(world, message()).status == "accepted"


def test_a_key_beside_which_no_report_fits_goes_to_quarantine_unread() -> None:
    world = World()
    outcome = receive(world, message(detail__object__key="ö" * 506))
    assert (outcome.status, outcome.quarantined) == ("lost", "key-length")
    [(_, attributes)] = world.quarantine.messages
    assert "1012 bytes" in attributes["reason"]
