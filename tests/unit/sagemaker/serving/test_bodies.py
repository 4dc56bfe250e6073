import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.contracts.model import JSON, SAFETENSORS, ForecastResponse
from geoclimate.domain.errors import InvalidInput
from geoclimate.features.inputs import Inputs
from geoclimate.features.prediction import Prediction
from geoclimate.features.wire import decode_prediction, encode_inputs
from geoclimate_ml.serving.bodies import MAX_BODY_BYTES, read_inputs, write_prediction

INPUTS = Inputs(
    np.array([[[1.5, np.nan], [2.0, 3.0]]], dtype=np.float32),
    np.array([[np.nan, 4.0]], dtype=np.float32),
    np.array([[[5.0]]], dtype=np.float32),
)
DOCUMENT: dict[str, Any] = {"history": [[[1.5, None], [2, 3.0]]], "context": [[None, 4]], "future": [[[5.0]]]}
PREDICTION = Prediction("v1", (1, 2), (0.1, 0.5, 0.9), np.arange(6, dtype=np.float32).reshape(1, 2, 3))


def same(one: Inputs, other: Inputs) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        and getattr(one, name).dtype == np.float32
        for name in ("history", "context", "future")
    )


def test_reads_the_binary_form() -> None:
    assert same(read_inputs(encode_inputs(INPUTS), SAFETENSORS), INPUTS)


@pytest.mark.parametrize("body", [json.dumps(DOCUMENT), json.dumps(DOCUMENT).encode()], ids=["text", "bytes"])
def test_reads_json_with_null_for_what_is_missing(body: str | bytes) -> None:
    assert same(read_inputs(body, "Application/JSON; charset=utf-8"), INPUTS)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"history": [[[1.0], [2.0, 3.0]]]}, "history must be nested lists"),
        ({"context": [["1"]]}, "context must be nested lists"),
        ({"context": [[True]]}, "context must be nested lists"),
        ({"context": [[{}]]}, "context must be nested lists"),
        ({"context": json.loads("[" * 100 + "]" * 100)}, "context must be nested lists"),
        ({"context": 1.0}, "context must be float32 \\[n, columns\\]"),
        ({"context": []}, "context must be float32|same number of rows"),
        ({"future": [[1.0]]}, "future must be float32 \\[n, lead times, columns\\]"),
        ({"history": [[[10**400]]]}, "history must be nested lists"),
        ({"history": [[[1e39]]]}, "history holds an infinite value"),
        ({"context": [[1.0], [2.0]]}, "must have the same number of rows"),
        ({"more": 1}, "exactly history, context, future"),
    ],
    ids=str,
)
def test_says_which_matrix_makes_no_sense(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_inputs(json.dumps({**DOCUMENT, **changes}), JSON)


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"", SAFETENSORS, "the body is not a safetensors file"),
        (b"\xff" * 64, SAFETENSORS, "the body is not a safetensors file"),
        ("text", SAFETENSORS, "is not supported"),
        (b"{", JSON, "the body is no JSON"),
        (b"\xff\xfe\x00", JSON, "the body is no JSON"),
        (b"[" * 200_000, JSON, "the body is no JSON"),
        (b"[]", JSON, "must be an object"),
        (b'{"history": [[[NaN]]], "context": [[1]], "future": [[[1]]]}', JSON, "NaN is no number in JSON"),
        (b'{"history": [[[Infinity]]], "context": [[1]], "future": [[[1]]]}', JSON, "Infinity is no number"),
        (b"1,2", "text/csv", "content type 'text/csv' is not supported"),
        (b"x", "", "content type '' is not supported"),
        (b" " * (MAX_BODY_BYTES + 1), JSON, "more than the 6291456"),
    ],
    ids=range(12),
)
def test_refuses_a_hostile_body(body: str | bytes, content_type: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_inputs(body, content_type)


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([JSON, SAFETENSORS]))
def test_any_bytes_are_refused_in_words(body: bytes, content_type: str) -> None:
    with pytest.raises(InvalidInput):
        read_inputs(body, content_type)


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(0, 255))
def test_a_changed_byte_is_refused_or_gives_matrices(place: int, value: int) -> None:
    body = bytearray(encode_inputs(INPUTS))
    body[place % len(body)] = value
    refused = None
    try:
        read = read_inputs(bytes(body), SAFETENSORS)
    except InvalidInput as error:
        refused = str(error)
    assert refused if refused is not None else len(read) == 1


@pytest.mark.parametrize("accept", [JSON, "*/*", "application/*", "", "text/html, application/json;q=0.5"])
def test_answers_in_json(accept: str) -> None:
    body, kind = write_prediction(PREDICTION, accept)
    answer = ForecastResponse.model_validate_json(body)
    assert kind == JSON
    assert (answer.model_version, answer.lead_hours, answer.levels) == ("v1", (1, 2), (0.1, 0.5, 0.9))
    assert answer.quantiles == PREDICTION.quantiles.tolist()


@pytest.mark.parametrize("accept", [SAFETENSORS, f"{JSON}, {SAFETENSORS}"])
def test_answers_in_binary_where_that_is_asked_for(accept: str) -> None:
    body, kind = write_prediction(PREDICTION, accept)
    assert kind == SAFETENSORS
    assert isinstance(body, bytes)
    answer = decode_prediction(body)
    assert (answer.model_version, answer.lead_hours, answer.levels) == ("v1", (1, 2), (0.1, 0.5, 0.9))
    assert (answer.quantiles == PREDICTION.quantiles).all()


def test_says_what_it_can_answer_in() -> None:
    with pytest.raises(InvalidInput, match=r"accept 'text/csv' is not supported; ask for application/vnd\.safetensors"):
        write_prediction(PREDICTION, "text/csv")
