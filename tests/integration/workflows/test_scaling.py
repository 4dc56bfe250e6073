"""The scaling workflow: calls that Application Auto Scaling takes."""

from .conftest import TaskError

TASKS = {"registerScalableTarget": lambda _: {}, "putScalingPolicy": lambda _: {"PolicyARN": "arn"}}


def test_target_and_policy_are_registered_with_the_stage_s_figures(execute):
    ended = execute("scaling.asl.json", {}, TASKS)
    assert ended.error is None
    [target] = ended.asked("registerScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    [policy] = ended.asked("putScalingPolicy")
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 60


def test_a_refusal_ends_with_its_cause(execute):
    def refuse(_given):
        raise TaskError("ApplicationAutoScaling.ValidationException", "no such variant")

    ended = execute("scaling.asl.json", {}, {**TASKS, "registerScalableTarget": refuse})
    assert (ended.error, ended.cause) == ("ApplicationAutoScaling.ValidationException", "no such variant")
