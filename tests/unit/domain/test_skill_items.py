"""Sums of scores as items."""

import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.forecasts import ENGINES, Engine
from geoclimate.domain.skill_items import pack_skill, unpack_skill
from geoclimate.domain.verification import SkillSums, added, scores_of
from tests.unit.domain.test_verification import FORECAST

A_MONTH = 720
LEADS = tuple(range(1, 25))
WIDE = replace(FORECAST, lead_hours=LEADS, quantiles=(FORECAST.quantiles[0],) * 24, baselines=None)


@given(st.dictionaries(st.sampled_from((1, 2)), st.floats(-10, 1_000)), st.sampled_from(ENGINES))
def test_sums_come_back_exactly(observed: dict[int, float], engine: Engine) -> None:
    sums = added(scores_of(FORECAST, observed), scores_of(replace(FORECAST, engine=engine), {1: 3.0}))
    assert unpack_skill(pack_skill(sums)) == sums


def test_the_same_sums_give_the_same_bytes() -> None:
    one, other = scores_of(FORECAST, {1: 3.0, 2: 4.0}), scores_of(replace(FORECAST, engine="onnx"), {1: 3.0})
    assert pack_skill(added(one, other)) == pack_skill(added(other, one))


def test_a_month_of_24_lead_times_takes_one_small_item() -> None:
    sums: SkillSums = {}
    for hour in range(A_MONTH):
        sums = added(sums, scores_of(WIDE, {lead: (hour * 7.3 + lead * 3.1) % 97 for lead in LEADS}))
    assert len(pack_skill(sums)) < 4_096


@pytest.mark.parametrize(
    "content",
    [
        b"?",
        zlib.compress(b"{}"),
        zlib.compress(json.dumps({"format": 2, "forecasters": []}).encode()),
        zlib.compress(json.dumps({"format": 1, "forecasters": [{"engine": "oracle"}]}).encode()),
        zlib.compress(
            json.dumps(
                {
                    "format": 1,
                    "forecasters": [{"engine": "onnx", "levels": [0.5], "lead_hours": [1], "sums": [[1, 2]]}],
                }
            ).encode()
        ),
    ],
)
def test_bytes_that_are_no_sums_are_refused(content: bytes) -> None:
    with pytest.raises(IntegrityError):
        unpack_skill(content)
