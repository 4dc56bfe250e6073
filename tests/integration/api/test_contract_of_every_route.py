"""Made-up requests to every operation of the document, well-formed and broken: the short form of `make test-fuzz`."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import BaseSchema

from local.openapi import made_document
from tests.api_cases import CHECKS, Case, Operation, described, operations_of
from tests.whole_api import WholeApi

EXAMPLES = 6
_DOCUMENT = made_document()


@pytest.fixture(scope="module")
def schema() -> BaseSchema:
    return described(_DOCUMENT, "http://api")


@pytest.mark.parametrize("operation", operations_of(_DOCUMENT), ids=" ".join)
def test_an_answer_is_one_that_the_document_tells_of(api: WholeApi, schema: BaseSchema, operation: Operation) -> None:
    method, path = operation

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    @given(case=schema[path][method].as_strategy())
    def answers(case: Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS, app=api)

    answers()
