"""From a concentration to an index: laws that hold for every scale of every standard."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.aqi.catalogue import STANDARDS
from geoclimate.domain.aqi.standards import Beyond, Scale, Standard
from geoclimate.domain.aqi.sub_index import SubIndex, sub_index

_EVERY = [(standard, scale) for standard in STANDARDS.values() for scale in standard.scales]
_IDS = [f"{standard.id}-{scale.parameter}-{scale.averaging_hours}h" for standard, scale in _EVERY]
_SCALES = st.sampled_from([scale for _, scale in _EVERY])


def _concentrations(scale: Scale) -> st.SearchStrategy[float]:
    """From below zero to twice the table, whatever the unit."""
    last = scale.segments[-1]
    return st.floats(-1.0, float(last.high or last.low) * 2.0)


def _index(scale: Scale, concentration: float) -> int:
    found = sub_index(scale, concentration)
    assert found is not None
    return found.index


@given(st.data())
def test_the_index_never_falls_while_the_concentration_rises(data: st.DataObject) -> None:
    scale = data.draw(_SCALES)
    lower, higher = sorted((data.draw(_concentrations(scale)), data.draw(_concentrations(scale))))

    below, above = sub_index(scale, lower), sub_index(scale, higher)

    if below is not None:
        assert above is not None
        assert below.index <= above.index


@given(st.data())
def test_what_was_truncated_gives_the_same_index_again(data: st.DataObject) -> None:
    scale = data.draw(_SCALES)
    found = sub_index(scale, data.draw(_concentrations(scale)))

    if found is not None:
        assert sub_index(scale, found.concentration) == found


@given(st.data())
def test_the_index_lies_in_the_range_of_the_scale(data: st.DataObject) -> None:
    scale = data.draw(_SCALES)
    found = sub_index(scale, data.draw(_concentrations(scale)))

    if found is not None:
        last = scale.segments[-1]
        assert scale.segments[0].index_low <= found.index
        if not found.beyond_table or scale.beyond is Beyond.TOP:
            assert found.index <= last.index_high
        else:
            assert found.index >= last.index_high


@pytest.mark.parametrize(("standard", "scale"), _EVERY, ids=_IDS)
def test_breakpoints_join_without_a_gap(standard: Standard, scale: Scale) -> None:
    step = scale.step or Decimal(0)
    for before, after in zip(scale.segments, scale.segments[1:], strict=False):
        assert before.high is not None
        assert after.low - before.high == step
        assert after.index_low == before.index_high + 1
    for segment in scale.segments:
        assert _index(scale, float(segment.low + (0 if step else Decimal("1e-6")))) == segment.index_low
        if segment.high is not None:
            assert _index(scale, float(segment.high)) == segment.index_high
        assert standard.category(segment.index_low) == standard.category(segment.index_high)


@pytest.mark.parametrize("scale", [scale for _, scale in _EVERY if scale.step is not None])
def test_between_two_breakpoints_the_lower_one_counts(scale: Scale) -> None:
    for segment in scale.segments:
        assert segment.high is not None
        assert scale.step is not None
        assert _index(scale, float(segment.high + scale.step * Decimal("0.99"))) == segment.index_high


@pytest.mark.parametrize("standard", STANDARDS.values(), ids=STANDARDS)
def test_the_categories_cover_every_index_once(standard: Standard) -> None:
    for before, after in zip(standard.categories, standard.categories[1:], strict=False):
        assert before.high is not None
        assert after.low == before.high + 1
    assert len({category.color for category in standard.categories}) == len(standard.categories)


@pytest.mark.parametrize("standard", STANDARDS.values(), ids=STANDARDS)
def test_one_scale_of_every_parameter_begins_at_zero(standard: Standard) -> None:
    for parameter in standard.parameters:
        assert min(scale.segments[0].low for scale in standard.scales_of(parameter)) == 0


def test_below_its_first_segment_a_scale_says_nothing() -> None:
    (one_hour,) = [one for one in STANDARDS["us-epa-2024"].scales_of("o3") if one.averaging_hours == 1]

    assert sub_index(one_hour, 0.1249) is None
    assert sub_index(one_hour, 0.125) == SubIndex(101, 0.125, one_hour.segments[0], beyond_table=False)


def test_a_value_that_went_through_another_unit_is_not_truncated_to_the_step_below() -> None:
    (eight_hours,) = [one for one in STANDARDS["us-epa-2024"].scales_of("o3") if one.averaging_hours == 8]

    assert sub_index(eight_hours, 0.07 - 1e-16) == SubIndex(100, 0.07, eight_hours.segments[1], beyond_table=False)


def test_clean_air_that_reads_below_zero_counts_as_zero() -> None:
    (scale,) = STANDARDS["us-epa-2024"].scales_of("pm25")

    assert sub_index(scale, -2.0) == SubIndex(0, 0.0, scale.segments[0], beyond_table=False)
