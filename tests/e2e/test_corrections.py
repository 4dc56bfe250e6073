"""A corrected file on the deployed stack: the correction is served, and what was served before as of before."""

import time
from typing import Any

import pytest

from local.uploads import read_report, wait_for_reports
from tests.e2e.conftest import Stack
from tests.openaq_archive import hours, packed, row

pytestmark = pytest.mark.e2e

_STATION = "7001"
_QUERY = {"parameter": "pm25", "from": "2014-01-01T00:00:00Z", "to": "2014-01-01T03:00:00Z"}


def _quiet(*_: object) -> None:
    """No progress is shown in a test."""


def _drop(stack: Stack, key: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key=key, Body=packed(rows))
    wait_for_reports(s3, bucket, [key], _quiet, 60)
    return read_report(s3, bucket, key)


def _served(stack: Stack, **query: str) -> list[tuple[float, int]]:
    answer = stack.get(f"/v1/stations/openaq-{_STATION}/observations", query=_QUERY | query)
    assert answer.status_code == 200, answer.text
    return [(one["value"], one["revision"]) for one in answer.json()["observations"]]


def test_a_correction_is_served_and_the_day_before_it_can_still_be_asked_for(stack: Stack) -> None:
    delivered = hours(3, location_id=_STATION, sensors_id="70011")
    first = _drop(stack, "corrections/first.csv.gz", delivered)
    # An upload's instant is that of its event, whose clock may tell whole seconds only.
    time.sleep(1.1)
    corrected = [row(**delivered[1] | {"value": "20.25"})]

    preview = _drop(stack, "preview/second.csv.gz", corrected)
    assert (preview["rows"]["revised"], preview["rows"]["added"]) == (1, 0)
    assert _served(stack) == [(0.5, 1), (1.5, 1), (2.5, 1)]

    second = _drop(stack, "corrections/second.csv.gz", corrected)
    assert second["rows"]["revised"] == 1
    assert _served(stack) == [(0.5, 1), (20.25, 2), (2.5, 1)]
    assert _served(stack, as_of=second["uploaded_at"]) == [(0.5, 1), (20.25, 2), (2.5, 1)]
    assert _served(stack, as_of=first["uploaded_at"]) == [(0.5, 1), (1.5, 1), (2.5, 1)]
    assert _served(stack, as_of="2014-01-02T00:00:00Z") == []
