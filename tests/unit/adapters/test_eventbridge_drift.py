"""The event on EventBridge."""

import datetime as dt
import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from geoclimate.adapters.eventbridge_drift import EventBridgeDrift
from geoclimate.contracts.drift import DriftDetected
from geoclimate.domain.errors import Unavailable

EVENT = DriftDetected(
    target="pm25",
    reason="neighbours",
    station="openaq-1",
    parameter="pm25",
    statistic=12.3,
    threshold=12.0,
    since=dt.date(2015, 3, 1),
    stations=1,
)
SENT = {
    "target": "pm25",
    "reason": "neighbours",
    "station": "openaq-1",
    "parameter": "pm25",
    "statistic": 12.3,
    "threshold": 12.0,
    "since": "2015-03-01",
    "stations": 1,
}


@pytest.fixture
def client() -> Any:
    made = boto3.client("events", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    yield made
    made.close()


def test_the_event_says_what_it_is(client: Any) -> None:
    seen: list[dict[str, Any]] = []
    with Stubber(client) as stubber:
        stubber.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]})
        client.meta.events.register("provide-client-params.events.PutEvents", lambda params, **_: seen.append(params))
        EventBridgeDrift(client, "artifacts").send(EVENT)
    ((entry,),) = [params["Entries"] for params in seen]
    assert (entry["Source"], entry["DetailType"]) == ("geoclimate.drift", "Drift detected")
    assert json.loads(entry["Detail"]) == SENT
    assert entry["Resources"] == ["arn:aws:s3:::artifacts/drift/report.json"]


def test_an_entry_that_is_not_taken_is_an_error(client: Any) -> None:
    failed = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "later"}]}
    with Stubber(client) as stubber:
        stubber.add_response("put_events", failed)
        with pytest.raises(Unavailable, match="did not take the event: InternalFailure: later"):
            EventBridgeDrift(client, "artifacts").send(EVENT)


def test_a_bus_that_refuses_for_load_is_unavailable(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("put_events", "ThrottlingException", http_status_code=400)
        with pytest.raises(Unavailable, match="EventBridge"):
            EventBridgeDrift(client, "artifacts").send(EVENT)
