import pytest

from local.cloud.patches.workflow_logs import line_of, wanted

EVENT = {
    "id": 3,
    "type": "TaskFailed",
    "timestamp": "2026-01-01T00:00:00.500Z",
    "taskFailedEventDetails": {"error": "E", "cause": "because", "resource": "r"},
}


@pytest.mark.parametrize(
    ("level", "events"),
    [
        ("ALL", {"PassStateEntered", "TaskFailed", "ExecutionFailed", "ExecutionSucceeded"}),
        ("ERROR", {"TaskFailed", "ExecutionFailed"}),
        ("FATAL", {"ExecutionFailed"}),
        ("OFF", set()),
    ],
)
def test_a_level_asks_for_its_events(level: str, events: set[str]) -> None:
    every = ("PassStateEntered", "TaskFailed", "ExecutionFailed", "ExecutionSucceeded")
    assert {event for event in every if wanted(level, event)} == events


def test_a_line_holds_the_event_as_aws_writes_it() -> None:
    assert line_of("arn", EVENT, with_data=True) == {
        "id": "3",
        "type": "TaskFailed",
        "details": {"error": "E", "cause": "because", "resource": "r"},
        "previous_event_id": "2",
        "event_timestamp": "1767225600500",
        "execution_arn": "arn",
    }


def test_a_line_holds_no_data_where_the_settings_leave_it_out() -> None:
    assert line_of("arn", EVENT, with_data=False)["details"] == {"error": "E", "resource": "r"}
