"""Cursors go on where a page ended, with the same parameters and no others, and only where they were made."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.contracts.cursors import read_cursor, write_cursor
from geoclimate.domain.errors import InvalidQuery

_ASKED = {"path": "/v1/stations", "parameter": "pm25"}
_KEY = b"k" * 32
_CURSOR = write_cursor("openaq-1", asked=_ASKED, key=_KEY)


def _made_up(position: object, key: bytes) -> str:
    """A cursor as anybody can make one who has read the source, and has this key."""
    text = json.dumps(position, separators=(",", ":")).encode()
    code = hmac.new(key, json.dumps(sorted(_ASKED.items())).encode() + b"\n" + text, hashlib.sha256).digest()[:16]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (text, code))


def test_gives_back_the_position() -> None:
    assert read_cursor(_CURSOR, str, asked=_ASKED, key=_KEY) == ("openaq-1",)
    near = write_cursor(1234.5678901234567, "openaq-1", asked=_ASKED, key=_KEY)
    assert read_cursor(near, float, str, asked=_ASKED, key=_KEY) == (1234.5678901234567, "openaq-1")


def test_is_refused_with_other_parameters() -> None:
    with pytest.raises(InvalidQuery, match="does not belong to these parameters"):
        read_cursor(_CURSOR, str, asked={**_ASKED, "parameter": "o3"}, key=_KEY)
    with pytest.raises(InvalidQuery, match="does not belong to these parameters"):
        read_cursor(_CURSOR, str, asked={**_ASKED, "source": "epa"}, key=_KEY)


def test_is_refused_by_another_deployment() -> None:
    with pytest.raises(InvalidQuery, match="does not belong"):
        read_cursor(_CURSOR, str, asked=_ASKED, key=b"o" * 32)


@given(st.integers(0, len(_CURSOR) - 1), st.sampled_from("ABCDxyz019_-"))
def test_no_letter_of_it_can_be_changed(place: int, letter: str) -> None:
    changed = _CURSOR[:place] + letter + _CURSOR[place + 1 :]
    if changed == _CURSOR or _CURSOR[place] == ".":
        return
    with pytest.raises(InvalidQuery, match="does not belong"):
        read_cursor(changed, str, asked=_ASKED, key=_KEY)


def test_what_the_tests_make_up_is_what_the_platform_makes() -> None:
    assert _made_up(["openaq-1"], _KEY) == _CURSOR


@pytest.mark.parametrize("key", [b"", b"\x00", b"geoclimate"])
def test_who_has_not_the_key_makes_none(key: bytes) -> None:
    with pytest.raises(InvalidQuery, match="does not belong"):
        read_cursor(_made_up(["openaq-1"], key), str, asked=_ASKED, key=_KEY)


@pytest.mark.parametrize("position", [[], [1], ["a", "b"], "openaq-1", {"a": 1}, None, [None], [["openaq-1"]]])
def test_a_position_of_another_form_is_refused_though_it_was_made_here(position: object) -> None:
    with pytest.raises(InvalidQuery, match="does not belong"):
        read_cursor(_made_up(position, _KEY), str, asked=_ASKED, key=_KEY)
