"""The List calls filter, order and page."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.sagemaker_standin import listing
from local.sagemaker_standin.errors import ServiceError

JOBS = [
    {"Name": "alpha", "Status": "Failed", "CreationTime": 1.0},
    {"Name": "beta", "Status": "Completed", "CreationTime": 3.0},
    {"Name": "alphabet", "Status": "Completed", "CreationTime": 2.0},
]


def names(request: dict[str, Any]) -> list[str]:
    return [job["Name"] for job in listing.page(JOBS, request, "Name", "Status")[0]]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, ["beta", "alphabet", "alpha"]),
        ({"SortOrder": "Ascending"}, ["alpha", "alphabet", "beta"]),
        ({"SortBy": "Name"}, ["beta", "alphabet", "alpha"]),
        ({"SortBy": "Status", "SortOrder": "Ascending"}, ["alphabet", "beta", "alpha"]),
        ({"NameContains": "Alpha"}, ["alphabet", "alpha"]),
        ({"StatusEquals": "Completed"}, ["beta", "alphabet"]),
        ({"CreationTimeAfter": 1.5, "CreationTimeBefore": 2.5}, ["alphabet"]),
    ],
)
def test_answers_what_is_asked_for(request_: dict[str, Any], expected: list[str]) -> None:
    assert names(request_) == expected


@given(st.integers(1, 5))
def test_pages_together_hold_everything_once(size: int) -> None:
    found, token = listing.page(JOBS, {"MaxResults": size}, "Name", "Status")
    while token:
        following, token = listing.page(JOBS, {"MaxResults": size, "NextToken": token}, "Name", "Status")
        found += following
    assert [job["Name"] for job in found] == names({})


def test_refuses_a_token_of_its_own_making() -> None:
    with pytest.raises(ServiceError, match="Invalid NextToken 'x'"):
        listing.page(JOBS, {"NextToken": "x"}, "Name", "Status")
