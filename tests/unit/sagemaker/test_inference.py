"""The four hooks that SageMaker calls."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import inference
from geoclimate.contracts.model import JSON, NPY, ForecastResponse
from geoclimate_ml.data import Split

Array = npt.NDArray[np.float32]


def npy(array: npt.NDArray[Any], *, pickled: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=pickled)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def served(model_dir: Path) -> inference.Served:
    return inference.model_fn(str(model_dir))


@pytest.fixture(scope="module")
def windows(split: Split) -> Array:
    return split.test.batch(np.arange(3))[0].numpy()


def test_forecasts_each_window(served: inference.Served, windows: Array) -> None:
    body, kind = inference.output_fn(inference.predict_fn(inference.input_fn(npy(windows), NPY), served), JSON)
    answer = ForecastResponse.model_validate_json(body)
    assert kind == JSON
    assert answer.model_version == "pm25-20140131"
    assert answer.lead_hours == tuple(range(1, 25))
    assert np.asarray(answer.quantiles).shape == (3, 24, 3)


def test_json_windows_are_read_bit_for_bit_with_null_where_missing(windows: Array) -> None:
    cells = windows.astype(object)
    cells[np.isnan(windows)] = None
    document = {"windows": cells.tolist()}
    read = inference.input_fn(json.dumps(document), f"{JSON}; charset=utf-8")
    np.testing.assert_array_equal(read, windows)


def test_gives_npy_where_the_caller_asks_for_it_alone(served: inference.Served, windows: Array) -> None:
    prediction = inference.predict_fn(windows, served)
    body, kind = inference.output_fn(prediction, NPY)
    assert isinstance(body, bytes)
    quantiles = np.load(io.BytesIO(body), allow_pickle=False)
    assert kind == NPY
    np.testing.assert_array_equal(quantiles, np.asarray(prediction.quantiles, dtype=np.float32))


@pytest.mark.parametrize("accept", ["", "*/*", "application/*", f"{NPY}, {JSON};q=0.5"])
def test_json_is_what_everybody_else_gets(served: inference.Served, windows: Array, accept: str) -> None:
    assert inference.output_fn(inference.predict_fn(windows, served), accept)[1] == JSON


def test_many_windows_are_answered_in_order(served: inference.Served, windows: Array) -> None:
    many = np.tile(windows, (200, 1, 1))
    quantiles = np.asarray(inference.predict_fn(many, served).quantiles)
    assert quantiles.shape == (600, 24, 3)
    np.testing.assert_allclose(quantiles[597:], quantiles[:3], rtol=1e-4)


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"", "text/csv", "content type 'text/csv' is not supported"),
        (b"no array", NPY, "the body is no .npy array"),
        ("text", NPY, "must be bytes"),
        (npy(np.array([{}], dtype=object), pickled=True), NPY, "the body is no .npy array: Object arrays"),
        (npy(np.zeros((1, 72, 16))), NPY, "must be one float32 array, but are float64"),
        (npy(np.zeros((72, 16), dtype=np.float32)), NPY, r"must have the shape .* but have \[72, 16\]"),
        (npy(np.full((1, 72, 16), np.inf, dtype=np.float32)), NPY, "hold an infinite value"),
        ("{", JSON, "the body is no JSON"),
        ("[]", JSON, "the body must be"),
        ('{"instances": []}', JSON, "the body must be"),
        ('{"windows": [[["1.5"]]]}', JSON, "neither a number nor null"),
        ('{"windows": [[[true]]]}', JSON, "neither a number nor null"),
        ('{"windows": [[[1, 2], [3]]]}', JSON, "the same length"),
        ('{"windows": 3}', JSON, r"but have \[\]"),
        ('{"windows": [[[1e999]]]}', JSON, "hold an infinite value"),
    ],
)
def test_refuses_what_is_not_windows_and_says_why(body: str | bytes, content_type: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inference.input_fn(body, content_type)


@pytest.mark.parametrize("shape", [(0, 72, 16), (1, 71, 16), (1, 72, 15)])
def test_refuses_windows_of_another_shape_and_names_the_columns(
    served: inference.Served, shape: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match=r"shape \[n, 72, 16\].*the columns are pm25, temperature"):
        inference.predict_fn(np.zeros(shape, dtype=np.float32), served)


def test_refuses_an_answer_format_that_it_does_not_write(served: inference.Served, windows: Array) -> None:
    with pytest.raises(ValueError, match="accept 'text/csv' is not supported"):
        inference.output_fn(inference.predict_fn(windows, served), "text/csv")
