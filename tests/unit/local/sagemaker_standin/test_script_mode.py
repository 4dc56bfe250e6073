"""What a training script finds around it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.sagemaker_standin import script_mode
from local.sagemaker_standin.errors import JobError

JOB = {
    "TrainingJobName": "night-run",
    "TrainingJobArn": "arn:aws:sagemaker:us-east-1:000000000000:training-job/night-run",
    "HyperParameters": {
        "sagemaker_program": '"train.py"',
        "sagemaker_submit_directory": '"s3://b/source.tar.gz"',
        "hidden-size": "64",
        "quantiles": "[0.1,0.9]",
    },
    "InputDataConfig": [
        {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/t"}}}
    ],
    "Environment": {"STAGE": "local"},
}

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.text(min_size=1), values))
def test_json_encoded_hyperparameters_decode_to_what_was_encoded(hyperparameters: dict[str, Any]) -> None:
    encoded = {name: json.dumps(value) for name, value in hyperparameters.items()}
    assert script_mode.decode_hyperparameters(encoded) == hyperparameters


def test_text_that_is_no_json_stays_as_it_is() -> None:
    assert script_mode.decode_hyperparameters({"name": "sea side"}) == {"name": "sea side"}


def test_arguments_are_sorted_long_or_short() -> None:
    hyperparameters = {"b": True, "epochs": 3, "cells": {"y": 2, "x": 1}, "none": None}
    assert script_mode.arguments(hyperparameters) == [
        "-b", "True", "--cells", "x=1,y=2", "--epochs", "3", "--none", "",
    ]  # fmt: skip


def test_toolkits_own_hyperparameters_do_not_reach_the_script(tmp_path: Path) -> None:
    found = script_mode.environment(script_mode.Layout(tmp_path), JOB, "algo-1")
    assert json.loads(found["SM_HPS"]) == {"hidden-size": 64, "quantiles": [0.1, 0.9]}
    assert found["SM_HP_HIDDEN-SIZE"] == "64"
    assert found["SM_USER_ARGS"] == '["--hidden-size","64","--quantiles","[0.1, 0.9]"]'
    assert not any(name.startswith("SM_HP_SAGEMAKER") for name in found)


def test_environment_of_the_request_is_added(tmp_path: Path) -> None:
    assert script_mode.environment(script_mode.Layout(tmp_path), JOB, "algo-1")["STAGE"] == "local"


def test_configuration_files_hold_the_request(tmp_path: Path) -> None:
    layout = script_mode.Layout(tmp_path)
    script_mode.write_configuration(layout, JOB, "algo-1")
    read = {path.name: json.loads(path.read_text()) for path in layout.config.iterdir()}
    assert read["hyperparameters.json"] == JOB["HyperParameters"]
    assert read["resourceconfig.json"]["hosts"] == ["algo-1"]
    assert read["inputdataconfig.json"]["train"]["S3DistributionType"] == "FullyReplicated"


def test_each_of_several_hosts_is_told_its_name_and_who_the_others_are(tmp_path: Path) -> None:
    job = {**JOB, "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2}}
    layout = script_mode.Layout(tmp_path)
    script_mode.write_configuration(layout, job, "algo-2")
    found = script_mode.environment(layout, job, "algo-2")
    assert (found["SM_CURRENT_HOST"], json.loads(found["SM_HOSTS"])) == ("algo-2", ["algo-1", "algo-2"])
    assert json.loads(found["SM_TRAINING_ENV"])["is_master"] is False
    written = json.loads((layout.config / "resourceconfig.json").read_text())
    assert (written["current_host"], written["hosts"]) == ("algo-2", ["algo-1", "algo-2"])


@pytest.mark.parametrize(
    "hyperparameters",
    [
        {},
        {"sagemaker_program": "train.py"},
        {"sagemaker_program": "train.sh", "sagemaker_submit_directory": "s3://b/k"},
        {"sagemaker_program": "../train.py", "sagemaker_submit_directory": "s3://b/k"},
    ],
)
def test_refuses_a_job_that_names_no_script_of_its_archive(hyperparameters: dict[str, Any]) -> None:
    with pytest.raises(JobError, match="sagemaker_"):
        script_mode.program(hyperparameters)
