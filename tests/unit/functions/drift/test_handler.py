"""The drift function as its schedule and as people call it."""

import json
from typing import Any

import pytest

from functions.drift import handler as entry
from geoclimate.contracts.drift import DriftRequest, DriftResult
from geoclimate.domain.errors import InvalidInput
from tests.lambda_context import CONTEXT
from tests.load_event import load_event

RESULT = DriftResult(report="s3://bucket/drift/report.json", watched=90, waiting=6, drifting=3, new=2, announced=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[DriftRequest]:
    requests: list[DriftRequest] = []

    def watch(request: DriftRequest) -> DriftResult:
        requests.append(request)
        return RESULT

    monkeypatch.setattr(entry, "drift_watcher", lambda: watch)
    return requests


@pytest.mark.parametrize("event", [{}, load_event("eventbridge/schedule")])
def test_a_schedule_accepts_nothing(asked: list[DriftRequest], event: dict[str, Any]) -> None:
    assert entry.handler(event, CONTEXT) == RESULT.model_dump()
    assert asked == [DriftRequest()]


def test_on_demand_stations_are_accepted(asked: list[DriftRequest]) -> None:
    entry.handler(load_event("invoke/drift_accept"), CONTEXT)
    assert asked == [DriftRequest(accept=("openaq-900001",))]


@pytest.mark.usefixtures("asked")
def test_what_was_found_becomes_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    entry.handler({}, CONTEXT)
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in each]
    written = json.loads(line)
    (directive,) = written["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"], written["service"]) == (
        "GeoClimate",
        [["service"]],
        "drift",
    )
    found = {name: written[name] for name in ("SeriesWatched", "SeriesWaiting", "SeriesDrifting", "DriftsDetected")}
    assert found == {"SeriesWatched": [90], "SeriesWaiting": [6], "SeriesDrifting": [3], "DriftsDetected": [2]}


@pytest.mark.parametrize("event", [{"accept": "openaq-1"}, {"accept": [""]}, {"stations": ["openaq-1"]}])
@pytest.mark.usefixtures("asked")
@pytest.mark.filterwarnings("ignore:No application metrics to publish")
def test_refuses_what_is_neither(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="not a DriftTrigger"):
        entry.handler(event, CONTEXT)
