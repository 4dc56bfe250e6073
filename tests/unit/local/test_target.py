"""Which account and region an operator's command works on."""

import pytest
from botocore.config import Config

from local.target import Target


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_of_an_account_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "eu-central-1")
    assert Target.of_stage("dev").client("stepfunctions").meta.region_name == "eu-central-1"


def test_the_region_that_the_command_lines_of_aws_and_of_the_cdk_take_first_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert Target.of_stage("dev").client("stepfunctions").meta.region_name == "eu-central-1"


def test_a_client_may_be_made_more_patient_and_keeps_the_rest() -> None:
    config = Target.of_stage("local").client("lambda", Config(read_timeout=900)).meta.config
    assert (config.read_timeout, config.connect_timeout) == (900, 5)
