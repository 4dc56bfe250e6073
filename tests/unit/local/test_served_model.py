"""Putting another model behind the endpoint."""

import io
import json
import re
from typing import Any

import pytest

from local.served_model import EndpointError, Served, ask, move, serve, served_by
from tests.sagemaker_fake import EndpointsInMemory

OLD = "geoclimate-prod-20260101-000000-aaaaaaaa"
NEW = "geoclimate-prod-20260131-050607-3fa85f64"
SERVED = Served("e", NEW, NEW)


def _ignored(_status: str) -> None:
    return None


def test_the_model_behind_the_endpoint_is_read_from_its_configuration() -> None:
    assert served_by(EndpointsInMemory(NEW), "e") == SERVED


def test_an_endpoint_that_does_not_exist_serves_nothing() -> None:
    assert served_by(EndpointsInMemory(None), "e") is None


def test_an_endpoint_that_somebody_else_changes_is_left_alone() -> None:
    sagemaker = EndpointsInMemory(NEW)
    sagemaker.status = "Updating"
    with pytest.raises(EndpointError, match="endpoint e is Updating: something else changes it"):
        served_by(sagemaker, "e")


def test_an_endpoint_with_a_canary_is_left_alone() -> None:
    sagemaker = EndpointsInMemory(NEW)
    sagemaker.configs[NEW]["ProductionVariants"] *= 2
    with pytest.raises(EndpointError, match="2 models share endpoint e: a canary is under way"):
        served_by(sagemaker, "e")


def test_only_the_model_changes_and_the_instances_stay() -> None:
    sagemaker = EndpointsInMemory(NEW, OLD)
    statuses: list[str] = []
    serve(sagemaker, SERVED, OLD, statuses.append, poll_s=0)
    assert statuses == ["Updating"]
    [update] = sagemaker.updates
    assert update["RetainAllVariantProperties"] is True
    assert sagemaker.served == update["EndpointConfigName"]
    made = sagemaker.configs[update["EndpointConfigName"]]
    before = sagemaker.configs[NEW]
    assert made["ProductionVariants"] == [before["ProductionVariants"][0] | {"ModelName": OLD}]
    assert made["KmsKeyId"] == "key-1"
    assert "CreationTime" not in made


def test_the_new_configuration_has_the_stage_s_prefix_and_fits_sagemaker_s_limit() -> None:
    sagemaker = EndpointsInMemory(NEW, OLD)
    serve(sagemaker, SERVED, OLD, _ignored, poll_s=0)
    assert sagemaker.served is not None
    assert re.fullmatch(r"geoclimate-prod-\d{8}-\d{6}-rollback", sagemaker.served)
    assert len(sagemaker.served) == len(NEW)


def test_a_model_that_was_deleted_is_named() -> None:
    sagemaker = EndpointsInMemory(NEW)
    with pytest.raises(EndpointError, match=f"{OLD} cannot be put behind endpoint e: .*Could not find model"):
        serve(sagemaker, SERVED, OLD, _ignored)
    assert sagemaker.updates == []


def test_an_endpoint_that_goes_back_by_itself_is_noticed() -> None:
    sagemaker = EndpointsInMemory(NEW)
    sagemaker.broken.add("c")
    with pytest.raises(EndpointError, match="did not come into service with c: the container did not answer its ping"):
        move(sagemaker, "e", "c", _ignored, poll_s=0)


class Smoke:
    def __init__(self, answer: dict[str, Any], error: bool = False) -> None:
        self.answer = {"Payload": io.BytesIO(json.dumps(answer).encode())} | ({"FunctionError": "x"} if error else {})
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **given: Any) -> dict[str, Any]:
        self.asked.append(json.loads(given["Payload"]))
        return self.answer


def test_the_smoke_function_is_asked_for_the_version() -> None:
    smoke = Smoke({"version": OLD, "windows": 3})
    assert ask(smoke, "smoke", "pm25", OLD) == 3
    assert smoke.asked == [{"target": "pm25", "version": OLD}]


def test_a_smoke_test_that_fails_is_told_in_its_own_words() -> None:
    smoke = Smoke({"errorMessage": "the endpoint answered as version v2", "stackTrace": []}, error=True)
    with pytest.raises(EndpointError, match="the smoke test failed: the endpoint answered as version v2"):
        ask(smoke, "smoke", "pm25", OLD)
