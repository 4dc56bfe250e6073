"""What is kept of the caller, and the end of it."""

import pytest

from geoclimate.services.privacy_ports import Place
from tests.accounts_api import AccountsApi
from tests.api_events import ACCOUNT, OTHER_ACCOUNT, signed_in
from tests.web_calls import problem_of


def test_an_export_is_begun_and_read_where_the_answer_says(accounts: AccountsApi) -> None:
    answer = accounts.get("/v1/me/export")
    assert answer.status_code == 202
    receipt = answer.json()["receipt"]
    assert answer.headers["location"] == f"receipts/{receipt}"
    assert accounts.exporting.started[receipt]["account"] == ACCOUNT
    assert (
        accounts.get(f"/v1/me/receipts/{receipt}").json()
        == answer.json()
        == {
            "receipt": receipt,
            "kind": "export",
            "state": "running",
            "requested_at": "2026-03-10T12:00:00Z",
            "finished_at": None,
            "counts": {},
            "result_url": None,
        }
    )


def test_a_finished_export_can_be_fetched(accounts: AccountsApi) -> None:
    receipt = accounts.get("/v1/me/export").json()["receipt"]
    place = Place(ACCOUNT, receipt)
    accounts.receipts.note(place, {"keys": 2})
    accounts.receipts.finish(place, accounts.clock.now)
    found = accounts.get(f"/v1/me/receipts/{receipt}").json()
    assert (found["state"], found["counts"]) == ("done", {"keys": 2})
    assert found["result_url"].startswith("https://")


def test_another_account_cannot_read_the_receipt(accounts: AccountsApi) -> None:
    receipt = accounts.get("/v1/me/export").json()["receipt"]
    accounts.event = signed_in(account=OTHER_ACCOUNT)
    assert problem_of(accounts.get(f"/v1/me/receipts/{receipt}")).type == "urn:geoclimate:problem:unknown-receipt"


def test_an_erasure_is_begun_and_its_receipt_is_read_without_a_token(accounts: AccountsApi) -> None:
    answer = accounts.request("DELETE", "/v1/me")
    assert answer.status_code == 202
    receipt = answer.json()["receipt"]
    assert answer.headers["location"] == f"receipts/{receipt}"
    (given,) = accounts.erasing.started.values()
    assert given["account"] == ACCOUNT
    assert receipt not in str(given)
    accounts.event = {}
    assert accounts.get(f"/v1/receipts/{receipt}").json() == answer.json()
    assert ACCOUNT not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/me"), ("GET", "/v1/me/export"), ("DELETE", "/v1/me"), ("GET", "/v1/keys"), ("GET", "/v1/me/usage")],
)
def test_a_token_that_outlives_its_account_opens_nothing(accounts: AccountsApi, method: str, path: str) -> None:
    accounts.request("DELETE", "/v1/me")
    answer = accounts.request(method, path)
    assert problem_of(answer).type == "urn:geoclimate:problem:account-erased"
    assert answer.status_code == 401


def test_another_account_goes_on(accounts: AccountsApi) -> None:
    accounts.request("DELETE", "/v1/me")
    accounts.event = signed_in(account=OTHER_ACCOUNT)
    assert accounts.get("/v1/me").status_code == 200


@pytest.mark.parametrize("receipt", ["short", "x" * 33, "a" * 31 + "!"])
def test_refuses_what_is_no_id_of_a_receipt(accounts: AccountsApi, receipt: str) -> None:
    assert accounts.get(f"/v1/receipts/{receipt}").status_code == 422


def test_without_a_token_nothing_is_exported_or_erased(accounts: AccountsApi) -> None:
    accounts.event = {}
    for method, path in (("GET", "/v1/me/export"), ("DELETE", "/v1/me"), ("GET", "/v1/me/receipts/" + "x" * 32)):
        assert accounts.request(method, path).status_code == 401
    assert accounts.exporting.started == accounts.erasing.started == {}
