"""Numbers cut out of lines are the doubles that Python reads."""

import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.columnar.parse_decimals import LONGEST_DECIMAL, parse_decimals
from geoclimate.columnar.text_blocks import text_blocks
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import parse_number


def parsed(texts: list[str]) -> list[float | None]:
    """Each text's number, or None, where the texts stand between other fields."""
    content = "".join(f"before,{text},behind\n" for text in texts).encode()
    [block] = text_blocks(io.BytesIO(content))
    numbers, plain = parse_decimals(block, block.starts + len("before,"), block.ends - len(",behind"))
    return [number if is_plain else None for number, is_plain in zip(numbers.tolist(), plain.tolist(), strict=True)]


def as_python_reads(text: str) -> float | None:
    try:
        return parse_number(text, "value")
    except RefusedValue:
        return None


DECIMALS = st.from_regex(r"-?[0-9]{0,20}\.?[0-9]{1,20}", fullmatch=True).filter(
    lambda text: len(text) <= LONGEST_DECIMAL
)


@given(st.lists(DECIMALS, min_size=1, max_size=40))
def test_plain_decimals_are_the_doubles_of_python_bit_for_bit(texts: list[str]) -> None:
    numbers = parsed(texts)
    assert [None if number is None else number.hex() for number in numbers] == [float(text).hex() for text in texts]


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\r\n"), min_size=1, max_size=24), min_size=1))
def test_what_is_no_number_is_never_taken_for_one(texts: list[str]) -> None:
    for text, number in zip(texts, parsed(texts), strict=True):
        assert number is None or (number == as_python_reads(text) and np.signbit(number) == np.signbit(float(text)))


@given(st.lists(st.text("0123456789.-+e_ ", min_size=1, max_size=9), min_size=1, max_size=40))
def test_nor_is_what_looks_like_one(texts: list[str]) -> None:
    for text, number in zip(texts, parsed(texts), strict=True):
        assert number is None or number == as_python_reads(text)


def test_bad_texts_cost_their_neighbours_nothing() -> None:
    assert parsed(["1.5", "1.2.3", "x", "-", ".", "-2", "7e1", "--3", "5."]) == [1.5, *[None] * 4, -2.0, *[None] * 3]
