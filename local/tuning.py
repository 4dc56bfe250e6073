"""`make tune`: search for hyperparameters by a SageMaker tuning job, on the data of the newest training job.

The same space is searched on one machine by `train.py --search`.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any, Final

from geoclimate.runtime.clock import utc_now
from geoclimate_ml.fitting.tuning_job import tuning_request
from geoclimate_ml.networks.architecture import KINDS, Kind
from local.command import run_command
from local.place import STAGE
from local.target import Target, TargetError

_PROGRAM: Final = "train.py"
_LOOKED_AT: Final = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Start a tuning job; 0 where it was started."""
    options = _parsed(arguments)
    return run_command(options.stage, lambda target: tune(target, options.kind, options.trials, options.at_once))


def tune(target: Target, kind: Kind, trials: int, at_once: int) -> None:
    """Start a tuning job and say what it is called.

    Raises:
        TargetError: The stage is the local one, or has no training job to take data and sizes from.
    """
    if target.stage == STAGE:
        raise TargetError("the local cloud has no tuning jobs: run `sagemaker/train.py --search` on the data instead")
    sagemaker = target.client("sagemaker")
    job = newest_training(sagemaker, target.stage)
    name = f"tune-{kind}-{utc_now().astimezone(dt.UTC):%Y%m%d-%H%M%S}"
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(name, kind, job, trials, at_once))
    print(f"{name} tries {trials} sets for the {kind}, {at_once} at a time, as {job['TrainingJobName']} was trained")
    print(f"aws sagemaker describe-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name {name}")


def newest_training(sagemaker: Any, stage: str) -> dict[str, Any]:
    """The newest training job of a stage that trained a network and came to an end.

    Raises:
        TargetError: There is none.
    """
    pages = sagemaker.get_paginator("list_training_jobs").paginate(
        NameContains=f"geoclimate-{stage}-",
        StatusEquals="Completed",
        SortBy="CreationTime",
        SortOrder="Descending",
        PaginationConfig={"MaxItems": _LOOKED_AT},
    )
    for page in pages:
        for found in page["TrainingJobSummaries"]:
            job: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=found["TrainingJobName"])
            # Evaluations are training jobs too; the toolkit takes its values with or without JSON's quotes.
            if job["HyperParameters"].get("sagemaker_program", "").strip('"') == _PROGRAM:
                return job
    raise TargetError(f"no training job of {stage} has been completed: start the training workflow first")


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.tuning", description=__doc__)
    parser.add_argument("--stage", default=STAGE, help="a stage in an AWS account: dev, prod")
    parser.add_argument("--kind", choices=KINDS, default="lstm", help="which network")
    parser.add_argument("--trials", type=int, default=50, help="training jobs in all")
    parser.add_argument("--at-once", type=int, default=2, help="training jobs at a time")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
