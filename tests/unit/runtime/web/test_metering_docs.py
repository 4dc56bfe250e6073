"""Calls that count, as the document shows them."""

from typing import Any

import pytest

from geoclimate.contracts.gateway_routes import route_of
from geoclimate.contracts.usage import ESTIMATE_JSON
from geoclimate.domain.costs import COSTS
from local.openapi import made_document

_DOCUMENT: dict[str, Any] = made_document()
_OPERATIONS = {
    operation["operationId"]: (path, operation)
    for path, operations in _DOCUMENT["paths"].items()
    for operation in operations.values()
}


def _counts(path: str) -> bool:
    route = route_of(path)
    return route is not None and route.access == "token and key"


_COUNTED = [name for name, (path, _) in _OPERATIONS.items() if _counts(path)]


def test_the_table_of_costs_names_operations_that_count() -> None:
    assert COSTS.keys() <= set(_COUNTED)


@pytest.mark.parametrize("name", _COUNTED)
def test_an_operation_that_counts_says_its_cost_its_estimate_and_what_is_left(name: str) -> None:
    _, operation = _OPERATIONS[name]
    assert operation["x-cost"]["base"] >= 1
    assert {"$ref": "#/components/parameters/Estimate"} in operation["parameters"]
    assert ESTIMATE_JSON in operation["responses"]["200"]["content"]
    for status, response in operation["responses"].items():
        only_the_estimate = list(response.get("content", {})) == [ESTIMATE_JSON]
        if status.startswith("2") and not only_the_estimate:
            assert {"X-Cost", "RateLimit", "RateLimit-Policy"} <= response["headers"].keys()
    over = operation["responses"]["429"]["headers"].keys()
    assert {"Retry-After", "RateLimit", "RateLimit-Policy", "X-RateLimit-Remaining"} <= over
    assert "X-Cost" not in over


@pytest.mark.parametrize("name", [name for name in _OPERATIONS if name not in _COUNTED])
def test_an_operation_that_does_not_count_says_nothing_of_it(name: str) -> None:
    _, operation = _OPERATIONS[name]
    assert "x-cost" not in operation
    assert ESTIMATE_JSON not in str(operation)
