"""Who calls, by what the gateway says."""

from typing import Any

import pytest

from geoclimate.domain.account_errors import NotSignedIn
from geoclimate.runtime.web.caller import caller_of, source_ip
from tests.api_events import ACCOUNT, KEY_ID, signed_in


@pytest.mark.parametrize(
    "claim", ["consumer,operator", "[consumer operator]", ["consumer", "operator"], "consumer operator"]
)
def test_reads_groups_in_every_form_of_the_gateway(claim: object) -> None:
    event = signed_in()
    event["requestContext"]["authorizer"]["claims"]["cognito:groups"] = claim
    assert caller_of({"aws.event": event}).roles == {"consumer", "operator"}


def test_knows_account_key_and_address() -> None:
    caller = caller_of({"aws.event": signed_in()})
    assert (caller.account, caller.key_id) == (ACCOUNT, KEY_ID)
    assert source_ip({"aws.event": signed_in()}) == "203.0.113.9"


@pytest.mark.parametrize("event", [{}, {"requestContext": {}}, signed_in(account="")])
def test_nobody_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        caller_of({"aws.event": event})


def test_a_path_without_a_key_has_none() -> None:
    assert caller_of({"aws.event": signed_in(key_id=None)}).key_id is None


def test_an_access_token_names_no_address() -> None:
    event = signed_in()
    claims = event["requestContext"]["authorizer"]["claims"]
    assert caller_of({"aws.event": event}).email == claims.pop("email")
    assert caller_of({"aws.event": event}).email is None
