"""Headers that say where a caller stands, in the syntax of the IETF's draft."""

import re

import pytest

from geoclimate.contracts.gateway_problems import THROTTLED, gateway_headers
from geoclimate.contracts.problems import QUOTA_EXCEEDED, ProblemType
from geoclimate.domain.plans import Allowance
from geoclimate.runtime.web.rate_limits import rate_limit_headers
from tests.key_fakes import PLANS, START

# Items of RFC 9651: a string, and parameters that are integers.
_ITEM = r'"[a-z]+"(?:;[a-z]+=\d+)+'
_POLICIES = re.compile(rf"{_ITEM}(?:, {_ITEM})*")


def test_the_fields_are_structured_and_name_the_same_policy() -> None:
    headers = rate_limit_headers(Allowance(PLANS["basic"], 1, START))
    for name in ("RateLimit", "RateLimit-Policy"):
        assert _POLICIES.fullmatch(headers[name]), headers[name]
    assert headers["RateLimit"].split(";")[0] in headers["RateLimit-Policy"]


@pytest.mark.parametrize("problem", [THROTTLED, QUOTA_EXCEEDED])
def test_the_gateways_own_refusals_say_what_a_template_can(problem: ProblemType) -> None:
    headers = gateway_headers(problem, cross_origin=False)
    constant = {name: value.strip("'") for name, value in headers.items() if value.startswith("'")}
    assert constant["Retry-After"].isdigit()
    assert _POLICIES.fullmatch(constant["RateLimit"])
    assert ";r=0" in constant["RateLimit"]
