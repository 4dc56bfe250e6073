"""The same search as a SageMaker hyperparameter tuning job, made from a training job that ran."""

from collections.abc import Mapping
from typing import Any, Final

from geoclimate_ml.fitting.progress import METRICS, VALIDATION_METRIC
from geoclimate_ml.fitting.search_space import Choice, Range, space_of
from geoclimate_ml.networks.architecture import Kind

# Of what DescribeTrainingJob gives, this is what a definition takes as it is.
_KEPT: Final = (
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "VpcConfig",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "CheckpointConfig",
    "Environment",
)
_IMAGE: Final = ("TrainingImage", "TrainingInputMode")


def tuning_request(name: str, kind: Kind, job: Mapping[str, Any], trials: int, at_once: int) -> dict[str, Any]:
    """A request for CreateHyperParameterTuningJob that trains as a job did, on the same frozen data.

    Args:
        name: Of the tuning job, at most 32 characters.
        kind: Of the networks that are tried.
        job: What DescribeTrainingJob says of a training job of this platform.
        trials: Training jobs in all.
        at_once: Training jobs at a time; fewer know more of each other.
    """
    space = space_of(kind)
    ranges = {key: each for key, each in space.items() if isinstance(each, Range)}
    fixed = {key: value for key, value in job["HyperParameters"].items() if key.replace("-", "_") not in space}
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": VALIDATION_METRIC},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": trials, "MaxParallelTrainingJobs": at_once},
            "ParameterRanges": {
                "IntegerParameterRanges": [_range(key, each) for key, each in ranges.items() if each.whole],
                "ContinuousParameterRanges": [_range(key, each) for key, each in ranges.items() if not each.whole],
                "CategoricalParameterRanges": [
                    {"Name": key, "Values": list(each.values)}
                    for key, each in space.items()
                    if isinstance(each, Choice)
                ],
            },
            "TrainingJobEarlyStoppingType": "Auto",
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {**fixed, "architecture": kind},
            "AlgorithmSpecification": {
                **{key: job["AlgorithmSpecification"][key] for key in _IMAGE},
                "MetricDefinitions": [{"Name": metric, "Regex": regex} for metric, regex in METRICS.items()],
            },
            **{key: job[key] for key in _KEPT if key in job},
        },
    }


def _range(name: str, searched: Range) -> dict[str, str]:
    low, high = (str(int(end)) if searched.whole else str(end) for end in (searched.low, searched.high))
    scaling = "Logarithmic" if searched.logarithmic else "Linear"
    return {"Name": name, "MinValue": low, "MaxValue": high, "ScalingType": scaling}
