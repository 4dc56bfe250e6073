"""Every sample event is what its trigger really sends, and is used."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventModel, SqsModel
from pydantic import BaseModel

from geoclimate.contracts.backfill import ConcludeRequest, PlannedFile, PlanRequest
from geoclimate.contracts.drift import DriftRequest
from geoclimate.contracts.events import ScheduledEvent, UploadEvent
from geoclimate.contracts.jobs import JobStepRequest
from geoclimate.contracts.privacy import EraseAccountRequest, ExportAccountRequest
from geoclimate.contracts.verification import VerifyRequest
from geoclimate.contracts.workflows import (
    BackupTableRequest,
    CompactRequest,
    ConfirmRequest,
    DatasetRequest,
    ForecastRequest,
    ProductionRequest,
    PromoteRequest,
    PruneRequest,
    RegisterRequest,
    RestoreRequest,
    SealRequest,
    SmokeRequest,
    SurveyRequest,
)
from tests.load_event import EVENTS, load_event

SAMPLES = sorted(path.relative_to(EVENTS).with_suffix("").as_posix() for path in EVENTS.rglob("*.json"))
TESTS = Path(__file__).parents[1]
NO_EVENT_ON_PURPOSE = {"sqs/malformed_body"}


CONTRACTS: Mapping[str, type[BaseModel]] = {
    "apigateway/": APIGatewayProxyEventModel,
    "eventbridge/object_created": UploadEvent,
    "eventbridge/schedule": ScheduledEvent,
    "invoke/drift_": DriftRequest,
    "invoke/forecast_": ForecastRequest,
    "invoke/verify_": VerifyRequest,
    "sqs/": SqsModel,
    "stepfunctions/backfill": PlannedFile,
    "stepfunctions/backup": BackupTableRequest,
    "stepfunctions/conclude": ConcludeRequest,
    "stepfunctions/compact": CompactRequest,
    "stepfunctions/confirm": ConfirmRequest,
    "stepfunctions/dataset": DatasetRequest,
    "stepfunctions/erase": EraseAccountRequest,
    "stepfunctions/export": ExportAccountRequest,
    "stepfunctions/job_step": JobStepRequest,
    "stepfunctions/plan": PlanRequest,
    "stepfunctions/production": ProductionRequest,
    "stepfunctions/promote": PromoteRequest,
    "stepfunctions/prune": PruneRequest,
    "stepfunctions/register": RegisterRequest,
    "stepfunctions/restore": RestoreRequest,
    "stepfunctions/retire": PromoteRequest,
    "stepfunctions/roll_back": PromoteRequest,
    "stepfunctions/seal": SealRequest,
    "stepfunctions/smoke": SmokeRequest,
    "stepfunctions/stage": PromoteRequest,
    "stepfunctions/survey": SurveyRequest,
}
"""By the beginning of a sample's name."""


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_keeps_its_contract(name: str) -> None:
    [contract] = [model for beginning, model in CONTRACTS.items() if name.startswith(beginning)]
    event = contract.model_validate(load_event(name))
    if isinstance(event, SqsModel) and name not in NO_EVENT_ON_PURPOSE:
        for record in event.Records:
            assert isinstance(record.body, str)
            UploadEvent.model_validate_json(record.body)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_used(name: str) -> None:
    own_name = name.rsplit("/", maxsplit=1)[-1]
    sources = (path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py") if path != Path(__file__))
    assert any(f'"{name}"' in source or f'"{own_name}"' in source for source in sources), f"no test loads {name}"


def test_a_change_reaches_its_place() -> None:
    event = load_event("sqs/two_uploads", Records__1__body__detail__object__key="other.csv.gz")
    assert json.loads(event["Records"][1]["body"])["detail"]["object"]["key"] == "other.csv.gz"
