"""What a function's metrics are told apart by."""

import pytest

from geoclimate.runtime.telemetry import function_metrics


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> str:
    name = "GeoClimate-prod-DriftWatch"
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", name)
    return name


def test_metrics_of_two_stages_in_one_account_are_told_apart(deployed: str) -> None:
    assert function_metrics("drift").service == deployed


def test_metrics_outside_of_lambda_bear_the_functions_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    assert function_metrics("drift").service == "drift"
