"""Numbers of the combinations that lines have in some columns."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.columnar import text_columns
from geoclimate.columnar.text_columns import UNKNOWN, Combinations, TextColumn

FIELDS = st.sampled_from(["a", "b", "c", ""])
LINES = st.lists(st.tuples(FIELDS, FIELDS, FIELDS), min_size=1, max_size=30)


def columns_of(lines: list[tuple[str, ...]]) -> list[TextColumn]:
    columns = []
    for fields in zip(*lines, strict=True):
        texts = list(dict.fromkeys(fields))
        columns.append(
            TextColumn(pa.array(texts, pa.string()), np.array([texts.index(each) for each in fields], np.int32))
        )
    return columns


def test_a_text_with_and_without_quotes_is_the_same_field() -> None:
    column = TextColumn(pa.array(['"06"', "06", '""', ""]), np.arange(4, dtype=np.int32))
    assert column.fields() == ["06", "06", "", ""]
    found, fresh = Combinations(1).numbers([column])
    assert (found.tolist(), fresh) == ([0, 0, 1, 1], [("06",), ("",)])


@given(st.lists(LINES, min_size=1, max_size=4))
def test_a_combination_has_the_same_number_in_every_block(
    blocks: list[list[tuple[str, ...]]],
) -> None:
    combinations = Combinations(3)
    known: list[tuple[str, ...]] = []
    for lines in blocks:
        found, fresh = combinations.numbers(columns_of(lines))
        assert len(known) + len(fresh) == len(combinations)
        known += fresh
        assert [known[number] for number in found.tolist()] == lines
    assert len(set(known)) == len(known)


def test_combinations_of_the_same_sum_are_not_mistaken_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_columns, "ODD", 1)
    combinations = Combinations(2)
    # The fields have the numbers 0 and 1 in both columns, so the second and the third have the sum 1.
    found, fresh = combinations.numbers(columns_of([("a", "x"), ("a", "y"), ("b", "x")]))
    assert (found.tolist(), fresh) == ([0, 1, UNKNOWN], [("a", "x"), ("a", "y")])
