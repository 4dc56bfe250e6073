"""Cursors go on where a page ended, with the same parameters and no others."""

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.contracts.cursors import read_cursor, write_cursor
from geoclimate.domain.errors import InvalidQuery

_ASKED = {"path": "/v1/stations", "parameter": "pm25"}
_CURSOR = write_cursor("openaq-1", asked=_ASKED)


def _made_up(position: object, asked: dict[str, str] = _ASKED) -> str:
    """A cursor as anybody can make one who has read the source."""
    text = json.dumps(position, separators=(",", ":")).encode()
    digest = hashlib.sha256(json.dumps(sorted(asked.items())).encode() + b"\n" + text).digest()[:16]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (text, digest))


def test_gives_back_the_position() -> None:
    assert read_cursor(_CURSOR, str, asked=_ASKED) == ("openaq-1",)
    near = write_cursor(1234.5678901234567, "openaq-1", asked=_ASKED)
    assert read_cursor(near, float, str, asked=_ASKED) == (1234.5678901234567, "openaq-1")


def test_is_refused_with_other_parameters() -> None:
    with pytest.raises(InvalidQuery, match="does not belong to these parameters"):
        read_cursor(_CURSOR, str, asked={**_ASKED, "parameter": "o3"})
    with pytest.raises(InvalidQuery, match="does not belong to these parameters"):
        read_cursor(_CURSOR, str, asked={**_ASKED, "source": "epa"})


@given(st.integers(0, len(_CURSOR) - 1), st.sampled_from("ABCDxyz019_-"))
def test_no_letter_of_it_can_be_changed(place: int, letter: str) -> None:
    changed = _CURSOR[:place] + letter + _CURSOR[place + 1 :]
    if changed == _CURSOR or _CURSOR[place] == ".":
        return
    with pytest.raises(InvalidQuery, match="does not belong"):
        read_cursor(changed, str, asked=_ASKED)


def test_what_the_tests_make_up_is_what_the_platform_makes() -> None:
    assert _made_up(["openaq-1"]) == _CURSOR


@pytest.mark.parametrize(
    "position", [[], [1], [""], ["a b"], ["\ud800"], ["a", "b"], "openaq-1", {"a": 1}, None, [None], [["openaq-1"]]]
)
def test_a_made_up_position_of_another_form_is_refused(position: object) -> None:
    with pytest.raises(InvalidQuery, match="does not belong"):
        read_cursor(_made_up(position), str, asked=_ASKED)


@pytest.mark.parametrize("distance", [float("nan"), float("inf"), 1, "1.0", True])
def test_a_made_up_distance_that_is_no_number_is_refused(distance: object) -> None:
    with pytest.raises(InvalidQuery, match="does not belong"):
        read_cursor(_made_up([distance, "openaq-1"]), float, str, asked=_ASKED)
