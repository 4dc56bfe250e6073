"""The scaling workflow: calls that Application Auto Scaling takes."""

from typing import Any

from .conftest import Execute, Task, TaskError

TASKS: dict[str, Task] = {"registerScalableTarget": lambda _: {}, "putScalingPolicy": lambda _: {"PolicyARN": "arn"}}


def test_target_and_policy_are_registered_with_the_stage_s_figures(execute: Execute) -> None:
    ended = execute("scaling.asl.json", {}, TASKS)
    assert not ended.error
    [target] = ended.asked("registerScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    [policy] = ended.asked("putScalingPolicy")
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 60


def test_a_refusal_ends_with_its_cause(execute: Execute) -> None:
    def refuse(_given: dict[str, Any]) -> dict[str, Any]:
        raise TaskError("ApplicationAutoScaling.ValidationException", "no such variant")

    ended = execute("scaling.asl.json", {}, {**TASKS, "registerScalableTarget": refuse})
    assert (ended.error, ended.cause) == ("ApplicationAutoScaling.ValidationException", "no such variant")
