"""Packed runs of weather forecasts."""

import datetime as dt
import json
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.run_items import pack_editions, unpack_editions
from geoclimate.domain.weather_forecasts import MOST_EDITIONS, WEATHER_PARAMETERS, RunEdition

NOW = dt.datetime(2014, 1, 31, 5, 20, 1, 234567, tzinfo=dt.UTC)
VALUES = st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.dictionaries(
    st.sampled_from(WEATHER_PARAMETERS),
    st.dictionaries(st.integers(0, 240), VALUES, min_size=1, max_size=9),
    min_size=1,
)


@given(st.lists(st.builds(RunEdition, st.just(NOW), st.just(NOW), st.sampled_from(["ab" * 32, "cd" * 32]), CELLS)))
def test_editions_come_back_bit_for_bit(editions: list[RunEdition]) -> None:
    found = unpack_editions(pack_editions(editions))
    assert found == tuple(editions)
    assert [repr(each.cells[name]) for each in found for name in sorted(each.cells)] == [
        repr(dict(sorted(each.cells[name].items()))) for each in editions for name in sorted(each.cells)
    ]


def test_the_largest_run_fits_into_an_item() -> None:
    numbers = random.Random(7)  # noqa: S311 - makes values, protects nothing
    editions = [
        RunEdition(
            NOW,
            NOW,
            "ab" * 32,
            {name: {hour: numbers.uniform(-100, 1000) for hour in range(241)} for name in WEATHER_PARAMETERS},
        )
        for _ in range(MOST_EDITIONS)
    ]
    assert len(pack_editions(editions)) < 200_000


def test_three_days_of_six_parameters_cost_a_read_unit_or_less() -> None:
    numbers = random.Random(7)  # noqa: S311 - makes values, protects nothing
    cells = {name: {hour: round(numbers.gauss(10, 3), 1) for hour in range(72)} for name in WEATHER_PARAMETERS[:6]}
    assert len(pack_editions([RunEdition(NOW, NOW, "ab" * 32, cells)])) < 4096


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"no zlib",
        zlib.compress(b"no json"),
        zlib.compress(b"[]"),
        zlib.compress(json.dumps({"format": 2, "editions": []}).encode()),
        zlib.compress(json.dumps({"format": 1, "editions": [{"known_at": "x"}]}).encode()),
    ],
)
def test_bytes_of_another_kind_are_told(packed: bytes) -> None:
    with pytest.raises(IntegrityError, match="a packed run of a weather forecast"):
        unpack_editions(packed)
