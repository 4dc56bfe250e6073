"""Which form a request gets."""

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from functions.api.forms.negotiation import accepted
from geoclimate.domain.errors import NotAcceptable

_OFFERED = {"application/json": "json", "text/csv": "csv"}


def _request(accept: str | None) -> Request:
    headers = [] if accept is None else [(b"accept", accept.encode("latin-1"))]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "json"),
        ("*/*", "json"),
        ("nonsense", "json"),
        ("text/csv", "csv"),
        ("text/csv;q=0.5,application/json;q=0.4", "csv"),
        ("text/*;q=0.9,application/json;q=0.4", "csv"),
        # The more exact range counts, whichever is the greater.
        ("*/*;q=1,application/json;q=0.1", "csv"),
        ("application/json;q=2", "json"),
        ("application/json ; Q=0.2 , text/csv ; q=0.3", "csv"),
    ],
)
def test_the_form_that_is_liked_best(accept: str | None, form: str) -> None:
    assert accepted(_request(accept), _OFFERED) == form


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0,text/csv;q=0.000", "*/*;q=0.0"])
def test_none_of_the_forms_is_taken(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="application/json, text/csv"):
        accepted(_request(accept), _OFFERED)


@given(st.text(alphabet="*/;,=. qjsontexcvapl0159", max_size=60))
def test_any_header_gives_a_form_or_says_that_there_is_none(accept: str) -> None:
    found: str | None
    try:
        found = accepted(_request(accept), _OFFERED)
    except NotAcceptable:
        found = None

    assert found in {"json", "csv", None}
