"""How an operator's command ends."""

import pytest
from botocore.exceptions import EndpointConnectionError, NoRegionError
from botocore.parsers import ResponseParserError

from geoclimate.domain.errors import Conflict
from local.command import run_command
from local.target import Target


def _raising(error: BaseException, stage: str = "local") -> int:
    def body(_target: Target) -> None:
        raise error

    return run_command(stage, body)


def test_what_goes_well_ends_with_zero() -> None:
    stages: list[str] = []
    assert run_command("local", lambda target: stages.append(target.stage)) == 0
    assert stages == ["local"]


def test_an_error_of_ours_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert _raising(Conflict("v3 is in production, not v2: look again")) == 1
    assert capsys.readouterr().err == "error: v3 is in production, not v2: look again\n"


def test_a_cloud_that_does_not_answer_says_how_it_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert _raising(EndpointConnectionError(endpoint_url="http://127.0.0.1:4566")) == 1
    assert "`make up` starts the local cloud" in capsys.readouterr().err


def test_another_program_on_the_port_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert _raising(ResponseParserError("invalid XML received: <!DOCTYPE HTML>")) == 1
    assert "GEOCLIMATE_PORT" in capsys.readouterr().err


def test_an_account_that_does_not_answer_says_whose_credentials_are_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert _raising(NoRegionError(), "dev") == 1
    assert "AWS_PROFILE and AWS_REGION" in capsys.readouterr().err


def test_a_command_that_is_stopped_says_so() -> None:
    assert _raising(KeyboardInterrupt()) == 130
