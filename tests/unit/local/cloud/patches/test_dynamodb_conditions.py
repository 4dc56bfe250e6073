from collections import Counter
from typing import Any

import pytest
from ministack.services import dynamodb

from local.cloud.patches.dynamodb_conditions import parse_conditions_once

CONDITION = "#pk = :pk AND #sk BETWEEN :first AND :last"
NAMES = {"#pk": "pk", "#sk": "sk"}
VALUES = {":pk": {"S": "a"}, ":first": {"S": "2"}, ":last": {"S": "4"}}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each condition was taken apart, with the patch applied."""
    times: Counter[str] = Counter()
    tokenize, check = dynamodb._tokenize, dynamodb._condition_syntax_error

    def counted_tokenize(expression: str) -> Any:
        times["tokens"] += 1
        return tokenize(expression)

    def counted_check(expression: str, slot: str) -> Any:
        times["syntax"] += 1
        return check(expression, slot)

    monkeypatch.setattr(dynamodb, "_tokenize", counted_tokenize)
    monkeypatch.setattr(dynamodb, "_condition_syntax_error", counted_check)
    parse_conditions_once()
    return times


def test_a_condition_is_taken_apart_once_however_many_items_it_is_asked_of(parsed: Counter[str]) -> None:
    items = [{"pk": {"S": "a"}, "sk": {"S": str(number)}} for number in range(6)]
    found = [
        dynamodb._evaluate_condition(CONDITION, item, VALUES, NAMES, slot="KeyConditionExpression") for item in items
    ]
    assert found == [False, False, True, True, True, False]
    assert parsed == {"tokens": 1, "syntax": 1}


def test_who_takes_tokens_away_takes_them_from_nobody_else(parsed: Counter[str]) -> None:
    dynamodb._tokenize(CONDITION).clear()
    assert dynamodb._tokenize(CONDITION)[0] == ("NAME_REF", "#pk")
    assert parsed["tokens"] == 1


def test_a_condition_that_is_wrong_is_refused_each_time(parsed: Counter[str]) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="Syntax error"):
            dynamodb._evaluate_condition("#pk = = :pk", {}, VALUES, NAMES)
    assert parsed["tokens"] == 1
