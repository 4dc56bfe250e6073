"""Training runs where everything is real but AWS and the models: engine, roles, jobs, endpoint, alarms, lock.

The tests follow each other, as runs do: each begins with what the one before left in service.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from local import cloud
from local.place import Place
from local.target import Target
from tests.free_port import free_port
from tests.integration.local.training_world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    place = Place(port=free_port(), folder=tmp_path_factory.mktemp("training"))
    cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)
    try:
        yield World(Target("drill", place.session(), {"endpoint_url": place.url, "config": place.config()}))
    finally:
        cloud.stop(place.state)


@pytest.fixture(scope="module")
def first(world: World) -> dict[str, Any]:
    return world.train()


@pytest.fixture(scope="module")
def second(world: World, first: dict[str, Any]) -> dict[str, Any]:
    assert first["status"] == "SUCCEEDED"
    return world.train(reason="schedule")


def test_the_first_run_trains_three_members_and_makes_the_endpoint(world: World, first: dict[str, Any]) -> None:
    assert first["status"] == "SUCCEEDED", first
    version = first["output"]["version"]
    assert world.artifact(version) == {
        "lstm": "lstm on air",
        "gru": "gru on air",
        "transformer": "transformer on air",
        "code": "c" * 64,
    }
    assert world.serving() == [("AllTraffic", version, 1.0)]
    assert world.note("PRODUCTION") == version
    assert first["output"]["forecasts"] == {"written": 3, "skipped": {}}
    kept = world.target.client("s3").list_objects_v2(Bucket="drill", Prefix="checkpoints/")["Contents"]
    assert sorted(each["Key"] for each in kept) == [
        f"checkpoints/{version}-{name}/last" for name in ("gru", "lstm", "transformer")
    ]


def test_a_later_model_is_scored_against_the_first_and_takes_its_place(world: World, second: dict[str, Any]) -> None:
    assert second["status"] == "SUCCEEDED", second
    version = second["output"]["version"]
    before = world.artifact(version)["production"]
    assert before not in {version, ""}
    assert world.serving() == [("AllTraffic", version, 1.0)]
    assert world.note("PRODUCTION") == version


def test_an_alarm_on_the_canary_takes_the_new_model_back(world: World, second: dict[str, Any]) -> None:
    serving = [("AllTraffic", second["output"]["version"], 1.0)]
    execution = world.start(world.training, {"target": "pm25"})
    canary = None
    while canary is None:
        found = world.serving()
        canary = found if len(found) == 2 else None
        time.sleep(0.05)
    world.ring("ALARM")
    ended = world.ended(execution)
    world.ring("OK")
    assert [(name, weight) for name, _, weight in canary] == [("AllTraffic", 9.0), ("Canary", 1.0)]
    assert (ended["status"], ended["error"]) == ("FAILED", "CanaryAlarm")
    assert "'ALARM'" in ended["cause"]
    assert world.serving() == serving
    tried = canary[1][1]
    assert world.note(tried).startswith("retire: ")
    assert world.note("PRODUCTION") == second["output"]["version"]


def test_one_failed_training_fails_the_run_with_its_sentence(world: World, second: dict[str, Any]) -> None:
    ended = world.train(hyperparameters={"fails": "gru"})
    assert (ended["status"], ended["error"]) == ("FAILED", "TrainingJobFailed")
    assert ended["cause"].endswith("-gru: AlgorithmError: no station has data, exit code: 1")
    assert world.serving() == [("AllTraffic", second["output"]["version"], 1.0)]


def test_drift_right_after_a_run_starts_none(world: World, second: dict[str, Any]) -> None:
    assert second
    ended = world.train(reason="drift")
    assert ended["status"] == "SUCCEEDED"
    assert "drift starts one every 24 hours at most" in ended["output"]["skipped"]


def test_of_two_runs_at_once_one_is_refused(world: World, second: dict[str, Any]) -> None:
    assert second
    states = world.target.client("stepfunctions")
    running = world.start(world.training, {"target": "pm25"})
    refused = world.train()
    states.stop_execution(executionArn=running)
    assert (refused["status"], refused["error"]) == ("FAILED", "AlreadyRunning")
    assert world.ended(running)["status"] == "ABORTED"
    # Nobody gave the turn back, and nobody has to.
    scheduled = world.start(world.training, {"target": "pm25", "reason": "schedule"})
    history: list[str] = []
    while "BuildDataset" not in history:
        events = states.get_execution_history(executionArn=scheduled, maxResults=1000)["events"]
        history = [each["stateEnteredEventDetails"]["name"] for each in events if "stateEnteredEventDetails" in each]
        time.sleep(0.05)
    states.stop_execution(executionArn=scheduled)
    world.ended(scheduled)
