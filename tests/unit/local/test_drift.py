"""What `make drift` says."""

import datetime as dt
import io
import json
from typing import Any, cast

import pytest
from botocore.config import Config

from cdk.function_sizes import FUNCTION_SIZES
from geoclimate.contracts.drift import REPORT_KEY, Drift, DriftDetected, DriftReport, SeriesCounts
from local.drift import DriftError, look, main, told
from local.target import Target

SINCE = dt.date(2015, 3, 1)
DRIFT = Drift(
    station="openaq-1",
    parameter="no2",
    reason="neighbours",
    direction="down",
    statistic=14.2,
    threshold=12.0,
    since=SINCE,
    noticed=SINCE + dt.timedelta(days=20),
    population_stability=0.31,
)
QUIET = DriftReport(
    made_at=dt.datetime(2015, 4, 1, 5, 30, tzinfo=dt.UTC),
    target="pm25",
    series=SeriesCounts(watched=1_200, drifting=0, waiting={"not enough history: less than a year": 12}),
    new=(),
    drifting=(),
    over=(),
    closest=(DRIFT.model_copy(update={"statistic": 9.0, "noticed": None}),),
    announced=None,
)


class Account:
    """A deployed stage whose function answers as it is told."""

    def __init__(self, answer: dict[str, Any], report: DriftReport = QUIET) -> None:
        self.answer, self.report = answer, report
        self.invoked: list[dict[str, Any]] = []
        self.patience: list[Config] = []

    def outputs(self) -> dict[str, str]:
        return {"DriftFunctionName": "the-function", "ArtifactsBucketName": "the-bucket"}

    def client(self, _service: str, patience: Config | None = None) -> "Account":
        self.patience += [] if patience is None else [patience]
        return self

    def invoke(self, **request: Any) -> dict[str, Any]:
        self.invoked.append(request)
        body = self.answer.get("body", {})
        return {**self.answer, "Payload": io.BytesIO(json.dumps(body).encode())}

    def get_object(self, **request: str) -> dict[str, Any]:
        assert request == {"Bucket": "the-bucket", "Key": REPORT_KEY}
        return {"Body": io.BytesIO(self.report.model_dump_json().encode())}


def test_the_function_is_asked_and_its_report_read() -> None:
    account = Account({})
    assert look(cast("Target", account), ["openaq-1"]) == QUIET
    assert account.invoked == [{"FunctionName": "the-function", "Payload": '{"accept": ["openaq-1"]}'}]


def test_a_run_is_waited_for_as_long_as_it_may_take_and_not_begun_again() -> None:
    account = Account({})
    look(cast("Target", account), [])
    options: list[Any] = account.patience
    assert [one.read_timeout > FUNCTION_SIZES["drift"].timeout_s for one in options] == [True]
    assert [one.retries for one in options] == [{"total_max_attempts": 1}]


@pytest.mark.parametrize("port", ["abc", "0", ""])
def test_a_port_that_is_none_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    monkeypatch.setenv("GEOCLIMATE_PORT", port)
    assert main([]) == 1
    assert f"GEOCLIMATE_PORT must be a port number from 1 to 65535, and is {port!r}" in capsys.readouterr().err


def test_a_function_that_failed_is_told() -> None:
    account = Account({"FunctionError": "Unhandled", "body": {"errorType": "UnknownStation", "errorMessage": "none"}})
    with pytest.raises(DriftError, match="UnknownStation: none"):
        look(cast("Target", account), [])


def test_quiet_says_what_waits_and_what_is_nearest() -> None:
    lines = told(QUIET).splitlines()
    assert lines[0] == "1,200 series watched, 0 drift; 2015-04-01 05:30 UTC"
    assert lines[1] == "  12 wait: not enough history: less than a year"
    assert lines[3] == "nothing drifts; nearest to their thresholds are"
    assert "9.0 of 12.0" in lines[-1]


def test_each_drift_has_a_line_and_the_event_is_told() -> None:
    event = DriftDetected(
        target="pm25",
        reason="neighbours",
        station="openaq-1",
        parameter="no2",
        statistic=14.2,
        threshold=12.0,
        since=SINCE,
        stations=1,
    )
    over = (("openaq-2", "o3", "level"),)
    text = told(QUIET.model_copy(update={"drifting": (DRIFT,), "announced": event, "over": over}))
    (row,) = [line for line in text.splitlines() if line.startswith("openaq-1")]
    assert row.split() == [
        "openaq-1",
        "no2",
        "beside",
        "neighbours",
        "down",
        "2015-03-01",
        "2015-03-21",
        "14.2",
        "of",
        "12.0",
        "0.31",
    ]
    assert "over: o3 at openaq-2 (level)" in text
    assert text.endswith("an event was sent that asks for training of pm25")


def test_a_long_list_is_cut() -> None:
    text = told(QUIET.model_copy(update={"drifting": (DRIFT,) * 60}))
    assert text.endswith("and 10 more: see drift/report.json")
