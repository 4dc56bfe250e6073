"""The gateway's keys and usage plans: which calls go to the control plane, and what its refusals mean."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from geoclimate.adapters.apigateway_keys import ApiGatewayKeys
from geoclimate.domain.errors import Unavailable
from tests.api_events import ACCOUNT

VALUE = "a-value-that-nobody-should-log"


def plan(name: str, rest_api: str = "ours", stage: str = "local") -> dict[str, Any]:
    return {
        "id": f"{rest_api}-{name}",
        "name": f"geoclimate-local-{name}",
        "apiStages": [{"apiId": rest_api, "stage": stage}],
    }


class Gateway:
    """A control plane that expects its calls in order."""

    def __init__(self, stubber: Stubber, keys: ApiGatewayKeys) -> None:
        self.stubber = stubber
        self.keys = keys

    def has_plans(self, *plans: dict[str, Any]) -> None:
        self.stubber.add_response("get_usage_plans", {"items": list(plans)}, {})

    def makes(self, key_id: str) -> None:
        request = {"name": f"local-{ACCOUNT}", "description": "Made by its account", "enabled": True}
        self.stubber.add_response("create_api_key", {"id": key_id, "value": VALUE}, request)

    def takes(self, key_id: str, plan_id: str) -> None:
        request = {"usagePlanId": plan_id, "keyId": key_id, "keyType": "API_KEY"}
        self.stubber.add_response("create_usage_plan_key", {"id": key_id}, request)

    def refuses(self, call: str, code: str, status: int) -> None:
        self.stubber.add_client_error(call, code, http_status_code=status)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    client = boto3.client(
        "apigateway",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    with Stubber(client) as stubber:
        yield Gateway(stubber, ApiGatewayKeys(client, "ours", "local"))
        stubber.assert_no_pending_responses()
    client.close()


def test_a_key_is_made_in_the_plan_of_our_own_stage(gateway: Gateway) -> None:
    gateway.has_plans(plan("free", "theirs"), plan("free", stage="other"), plan("pro"), plan("free"))
    gateway.makes("k1")
    gateway.takes("k1", "ours-free")
    issued = gateway.keys.issue(ACCOUNT, "free")
    assert (issued.key_id, issued.value) == ("k1", VALUE)


def test_the_plans_are_looked_for_once(gateway: Gateway) -> None:
    gateway.has_plans(plan("free"))
    for key_id in ("k1", "k2"):
        gateway.makes(key_id)
        gateway.takes(key_id, "ours-free")
        gateway.keys.issue(ACCOUNT, "free")


def test_a_keys_value_is_not_in_what_is_logged_of_it(gateway: Gateway) -> None:
    gateway.has_plans(plan("free"))
    gateway.makes("k1")
    gateway.takes("k1", "ours-free")
    assert VALUE not in repr(gateway.keys.issue(ACCOUNT, "free"))


def test_a_plan_that_the_stage_does_not_have_is_ours_to_mend(gateway: Gateway) -> None:
    gateway.has_plans(plan("free"))
    with pytest.raises(Unavailable, match="no usage plan 'gold'"):
        gateway.keys.issue(ACCOUNT, "gold")


def test_a_key_that_cannot_be_put_into_its_plan_is_deleted(gateway: Gateway) -> None:
    gateway.has_plans(plan("free"))
    gateway.makes("k1")
    gateway.refuses("create_usage_plan_key", "TooManyRequestsException", 429)
    gateway.stubber.add_response("delete_api_key", {}, {"apiKey": "k1"})
    with pytest.raises(Unavailable):
        gateway.keys.issue(ACCOUNT, "free")


def test_a_key_leaves_its_plan_before_it_enters_the_next(gateway: Gateway) -> None:
    gateway.has_plans(plan("free"), plan("pro"))
    gateway.stubber.add_response("delete_usage_plan_key", {}, {"usagePlanId": "ours-free", "keyId": "k1"})
    gateway.takes("k1", "ours-pro")
    gateway.keys.move("k1", "free", "pro")


def test_a_move_that_was_done_is_done(gateway: Gateway) -> None:
    gateway.has_plans(plan("free"), plan("pro"))
    gateway.refuses("delete_usage_plan_key", "NotFoundException", 404)
    gateway.refuses("create_usage_plan_key", "ConflictException", 409)
    gateway.keys.move("k1", "free", "pro")


def test_a_key_that_is_gone_is_deleted(gateway: Gateway) -> None:
    gateway.refuses("delete_api_key", "NotFoundException", 404)
    gateway.keys.delete("k1")


def test_a_control_plane_that_refuses_for_load_is_unavailable(gateway: Gateway) -> None:
    gateway.refuses("delete_api_key", "TooManyRequestsException", 429)
    with pytest.raises(Unavailable):
        gateway.keys.delete("k1")
