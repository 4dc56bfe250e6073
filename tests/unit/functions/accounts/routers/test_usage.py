"""`/v1/me/usage`."""

import datetime as dt
from collections.abc import Iterator

import pytest

from functions.accounts.routers import usage
from tests.api_events import ACCOUNT, OTHER_ACCOUNT, signed_in
from tests.key_app import KeyApp
from tests.key_fakes import START

TODAY = START.date()


@pytest.fixture
def app() -> Iterator[KeyApp]:
    with KeyApp([usage.router]) as app:
        app.usage.add(ACCOUNT, TODAY - dt.timedelta(days=1), "get_forecast", 1)
        app.usage.add(ACCOUNT, TODAY, "get_forecast", 1)
        app.usage.add(ACCOUNT, TODAY, "predict", 7)
        yield app


def test_usage_is_told_by_day_and_operation_with_what_is_left(app: KeyApp) -> None:
    answer = app.request("GET", "/v1/me/usage", params={"from": "2026-03-10"}).json()
    assert answer == {
        "account": ACCOUNT,
        "plan": {"name": "free", "per_day": 1_000, "per_minute": 60, "burst": 100},
        "today": {"used": 8, "remaining": 992, "resets_at": "2026-03-11T00:00:00Z"},
        "from": "2026-03-10",
        "to": "2026-03-10",
        "calls": 2,
        "cost": 8,
        "days": [
            {
                "day": "2026-03-10",
                "calls": 2,
                "cost": 8,
                "routes": [
                    {"operation": "get_forecast", "calls": 1, "cost": 1},
                    {"operation": "predict", "calls": 1, "cost": 7},
                ],
            }
        ],
    }


def test_nobody_sees_what_another_account_used(app: KeyApp) -> None:
    app.event = signed_in(account=OTHER_ACCOUNT)
    answer = app.request("GET", "/v1/me/usage").json()
    assert (answer["account"], answer["days"]) == (OTHER_ACCOUNT, [])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"to": "20260310"}, "to"),
        ({"from": "2026-03-11", "to": "2026-03-10"}, "from"),
        ({"from": "2025-03-10", "to": "2026-03-10"}, "from"),
        ({"account": OTHER_ACCOUNT}, "account"),
    ],
)
def test_a_bad_window_is_refused_by_its_name(app: KeyApp, query: dict[str, str], name: str) -> None:
    problem = app.problem("GET", "/v1/me/usage", params=query)
    assert problem.status == 422
    assert problem.errors is not None
    assert problem.errors[0].name == name
