"""Inputs and predictions on their way between the forecast function and the endpoint."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geoclimate.domain.errors import InvalidInput
from geoclimate.features.inputs import Inputs
from geoclimate.features.prediction import Prediction
from geoclimate.features.tensor_file import write_tensors
from geoclimate.features.wire import decode_inputs, decode_prediction, encode_inputs, encode_prediction

_VALUES = st.floats(width=32, allow_infinity=False)


@st.composite
def _inputs(draw: st.DrawFn) -> Inputs:
    rows, hours, leads = (draw(st.integers(1, 3)) for _ in range(3))
    shapes = {"history": (rows, hours, 2), "context": (rows, 3), "future": (rows, leads, 1)}
    return Inputs(**{name: draw(arrays(np.float32, shape, elements=_VALUES)) for name, shape in shapes.items()})


@given(_inputs())
def test_inputs_arrive_as_they_were_sent(inputs: Inputs) -> None:
    found = decode_inputs(encode_inputs(inputs))
    for name in ("history", "context", "future"):
        np.testing.assert_array_equal(getattr(found, name), getattr(inputs, name))


@given(arrays(np.float32, (2, 3, 2), elements=_VALUES), st.text(max_size=20))
def test_predictions_arrive_as_they_were_sent(quantiles: Any, version: str) -> None:
    found = decode_prediction(encode_prediction(Prediction(version, (1, 2, 24), (0.05, 0.5), quantiles)))
    assert (found.model_version, found.lead_hours, found.levels) == (version, (1, 2, 24), (0.05, 0.5))
    np.testing.assert_array_equal(found.quantiles, quantiles)


def _tensors(**changed: Any) -> dict[str, Any]:
    shapes = {"history": (2, 4, 3), "context": (2, 5), "future": (2, 6, 7)}
    return {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()} | changed


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"history": np.zeros((1, 1, 1), dtype=np.float32)}, "must be exactly history, context, future"),
        (_tensors(more=np.zeros(1, dtype=np.float32)), "must be exactly"),
        (_tensors(context=np.zeros((2, 5), dtype=np.int64)), r"context must be float32 \[n, columns\], but is int64"),
        (_tensors(future=np.zeros((2, 6), dtype=np.float32)), r"future must be .* of shape \[2, 6\]"),
        (_tensors(context=np.full((2, 5), np.inf, dtype=np.float32)), "context holds an infinite value"),
        (_tensors(context=np.zeros((1, 5), dtype=np.float32)), "2, 1 and 2"),
        ({name: array[:0] for name, array in _tensors().items()}, "0, 0 and 0"),
    ],
)
def test_refuses_inputs_that_are_none(tensors: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        decode_inputs(write_tensors(tensors, {}))


_QUANTILES = {"quantiles": np.zeros((1, 1, 1), dtype=np.float32)}
_METADATA = {"model_version": "v1", "lead_hours": "[1]", "levels": "[0.5]"}


@pytest.mark.parametrize(
    ("tensors", "metadata", "message"),
    [
        ({}, _METADATA, "must hold quantiles"),
        ({"quantiles": np.zeros(1, dtype=np.int64)}, _METADATA, "in float32"),
        (_QUANTILES, {"model_version": "v1"}, "lead_hours, levels, model_version"),
        (_QUANTILES, _METADATA | {"lead_hours": "[null]"}, "no lists of numbers"),
        (_QUANTILES, _METADATA | {"levels": "{"}, "no lists of numbers"),
    ],
)
def test_refuses_an_answer_that_is_none(tensors: dict[str, Any], metadata: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        decode_prediction(write_tensors(tensors, metadata))


def test_names_that_are_no_text_are_refused_in_words_that_can_be_sent() -> None:
    header = b'{"\\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
    with pytest.raises(InvalidInput, match=r"but are '\\ud800'") as refused:
        decode_inputs(len(header).to_bytes(8, "little") + header)
    assert str(refused.value).encode()


@pytest.mark.parametrize("decode", [decode_inputs, decode_prediction])
def test_refuses_bytes_of_another_kind(decode: Any) -> None:
    with pytest.raises(InvalidInput, match="not a safetensors file"):
        decode(b"no tensors at all")
