import re
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from geoclimate_ml.fitting.hyperparameters import to_hyperparameters
from geoclimate_ml.fitting.progress import METRICS, VALIDATION_METRIC, Epoch
from geoclimate_ml.fitting.tuning_job import tuning_request
from geoclimate_ml.networks.architecture import KINDS, Kind
from train import _print_epoch

JOB: dict[str, Any] = {
    "TrainingJobName": "geoclimate-dev-20140131-101112-lstm",
    "TrainingJobArn": "arn:aws:sagemaker:eu-central-1:123456789012:training-job/a",
    "TrainingJobStatus": "Completed",
    "HyperParameters": {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": "s3://assets/sourcedir.tar.gz",
        "architecture": "lstm",
        "max-seconds": "1200",
        "learning-rate": "0.002",
        "hidden_size": "32",
    },
    "AlgorithmSpecification": {
        "TrainingImage": "763104351884.dkr.ecr.eu-central-1.amazonaws.com/pytorch-training:2.6",
        "TrainingInputMode": "File",
        "EnableSageMakerMetricsTimeSeries": False,
    },
    "RoleArn": "arn:aws:iam::123456789012:role/training",
    "InputDataConfig": [
        {
            "ChannelName": "training",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": "s3://models/datasets/abc/",
                    "S3DataDistributionType": "FullyReplicated",
                }
            },
        }
    ],
    "OutputDataConfig": {"S3OutputPath": "s3://models/models/", "KmsKeyId": "key"},
    "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    "Environment": {"GEOCLIMATE_DATASET_DIGEST": "ab"},
    "SecondaryStatus": "Completed",
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_request_is_one_that_the_service_takes(kind: Kind) -> None:
    request = tuning_request("tuning-1", kind, JOB, 50, 2)
    shape = (
        botocore.session.get_session()
        .get_service_model("sagemaker")
        .operation_model("CreateHyperParameterTuningJob")
        .input_shape
    )
    assert shape is not None
    report = ParamValidator().validate(request, shape)
    assert not report.has_errors(), report.generate_report()


def test_a_range_is_not_fixed_as_well() -> None:
    request = tuning_request("tuning-1", "gru", JOB, 50, 2)
    fixed = request["TrainingJobDefinition"]["StaticHyperParameters"]
    assert fixed == {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": "s3://assets/sourcedir.tar.gz",
        "architecture": "gru",
        "max-seconds": "1200",
    }


def test_what_the_service_tries_are_hyperparameters() -> None:
    ranges = tuning_request("tuning-1", "lstm", JOB, 50, 2)["HyperParameterTuningJobConfig"]["ParameterRanges"]
    lowest = {
        each["Name"]: each["MinValue"]
        for kind in ("Integer", "Continuous")
        for each in ranges[f"{kind}ParameterRanges"]
    }
    first = {each["Name"]: each["Values"][0] for each in ranges["CategoricalParameterRanges"]}
    assert to_hyperparameters({"architecture": "lstm", **lowest, **first}).network.hidden_size == 16


def test_trains_on_the_same_frozen_data_as_the_job_did() -> None:
    definition = tuning_request("tuning-1", "gru", JOB, 50, 2)["TrainingJobDefinition"]
    assert definition["InputDataConfig"] == JOB["InputDataConfig"]
    assert definition["Environment"] == JOB["Environment"]
    assert definition["OutputDataConfig"] == JOB["OutputDataConfig"]


def test_the_objective_is_read_from_the_first_fit_and_never_from_the_second(capsys: pytest.CaptureFixture[str]) -> None:
    _print_epoch("first", Epoch(3, 12.5, 11.25, 70.0, 2600.4))
    _print_epoch("second", Epoch(3, 9.5, 8.25, 70.0, 2600.4))
    printed = capsys.readouterr().out + "kept epoch 2: validation loss 11.0000\n"
    found = {name: re.findall(regex, printed) for name, regex in METRICS.items()}
    assert found[VALIDATION_METRIC] == ["11.2500", "11.0000"]
    assert found["training:loss"] == ["12.5000", "9.5000"]
    assert found["samples_per_second"] == ["2600", "2600"]
