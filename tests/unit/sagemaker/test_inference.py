"""The hooks on a model that is saved and loaded as a job does it."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest
import torch

from geoclimate.contracts.model import JSON, SAFETENSORS
from geoclimate.domain.errors import IntegrityError, InvalidInput, Unavailable
from geoclimate.features.conformal import initial_state
from geoclimate.features.inputs import Inputs
from geoclimate.features.wire import decode_prediction, encode_inputs
from geoclimate_ml.forecast_model import ForecastModel
from geoclimate_ml.member_files import MemberCard
from geoclimate_ml.model_files import MEMBERS, ModelCard, save_model
from geoclimate_ml.networks.architecture import Architecture, Kind
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.networks.input_scaling import contract_of
from geoclimate_ml.serving.half_precision import half_precision_predicts
from geoclimate_ml.serving.onnx_export import export_members
from geoclimate_ml.serving.onnx_session import part_of
from geoclimate_ml.serving.served import Served, served
from inference import input_fn, model_fn, output_fn, predict_fn
from tests.made_samples import LEVELS, made, small_spec

KINDS: tuple[Kind, ...] = ("lstm", "transformer")
HALF_BOUND = 0.02  # mean difference as a share of the mean width (ADR 0031)


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    samples = made(small_spec(), hours=500, stations=2).samples
    return samples.inputs(np.arange(0, 600, 4)[:150])


@pytest.fixture(scope="module")
def model(inputs: Inputs) -> ForecastModel:
    contract = contract_of(small_spec(), LEVELS)
    networks: dict[Kind, Forecaster] = {}
    for kind in KINDS:
        torch.manual_seed(1)
        sizes = {"hidden_size": 8, "context_size": 16, "decoder_size": 8}
        networks[kind] = Forecaster(contract, Architecture(kind=kind, **sizes)).eval()
        networks[kind].scaling.learn(inputs, np.full((len(inputs), 24), 60, dtype=np.float32), years=1, stations=2)
        with torch.no_grad():
            for weight in networks[kind].head.parameters():
                weight.add_(0.3 * torch.randn_like(weight))
    weights: dict[str, npt.NDArray[np.float64]] = {"lstm": np.full(24, 0.25), "transformer": np.full(24, 0.75)}
    return ForecastModel("v7", contract, networks, None, weights, initial_state(LEVELS, contract.lead_hours))


@pytest.fixture(scope="module")
def directory(model: ForecastModel, inputs: Inputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    cards = {
        kind: MemberCard(
            version="v7",
            network=network.architecture,
            dataset_digest="ab",
            hyperparameters={},
            epochs=1,
            validation_loss=1.0,
        )
        for kind, network in model.networks.items()
    }
    parity = {"onnx_largest": export_members(model, folder / MEMBERS, inputs)}
    card = ModelCard(version="v7", target="pm25", dataset_digest="ab", code_digest=None, networks=cards, parity=parity)
    save_model(folder, model, card)
    return folder


@pytest.fixture(scope="module")
def loaded(directory: Path) -> Iterator[Served]:
    threads = torch.get_num_threads()
    yield model_fn(str(directory))
    torch.set_num_threads(threads)


def invoke(loaded: Served, body: str | bytes, content_type: str, accept: str) -> str | bytes:
    return output_fn(predict_fn(input_fn(body, content_type), loaded), accept)[0]


def binary(loaded: Served, inputs: Inputs) -> npt.NDArray[np.float32]:
    body = invoke(loaded, encode_inputs(inputs), SAFETENSORS, SAFETENSORS)
    assert isinstance(body, bytes)
    return decode_prediction(body).quantiles


def test_answers_in_binary_as_the_model_does(loaded: Served, model: ForecastModel, inputs: Inputs) -> None:
    body = invoke(loaded, encode_inputs(inputs), SAFETENSORS, SAFETENSORS)
    assert isinstance(body, bytes)
    answer = decode_prediction(body)
    assert (answer.model_version, answer.lead_hours, answer.levels) == ("v7", tuple(range(1, 25)), LEVELS)
    assert np.abs(answer.quantiles - model.predict(inputs)).max() < 1e-2
    assert (np.diff(answer.quantiles, axis=-1) >= 0).all()


def test_answers_the_same_in_json(loaded: Served, inputs: Inputs) -> None:
    few = part_of(inputs, slice(0, 3))
    document = {
        name: json.loads(json.dumps(matrix.tolist()).replace("NaN", "null"))
        for name, matrix in (("history", few.history), ("context", few.context), ("future", few.future))
    }
    answer = json.loads(invoke(loaded, json.dumps(document), JSON, JSON))
    assert answer["model_version"] == "v7"
    assert np.abs(np.asarray(answer["quantiles"]) - binary(loaded, few)).max() < 1e-3


def test_a_model_without_onnx_files_is_run_by_torch(model: ForecastModel, inputs: Inputs, tmp_path: Path) -> None:
    asked = served(model, tmp_path, torch.device("cpu"))
    assert (asked.predict(inputs) == model.predict(inputs)).all()


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        (
            "history",
            (2, 71, 14),
            r"history must have the shape \[n, 72, \d+\], but has \[2, 71, 14\]; its col",
        ),
        ("context", (2, 3), r"context must have the shape \[n, \d+\], but has \[2, 3\]; its columns are "),
        ("future", (2, 23, 1), r"future must have the shape \[n, 24, \d+\], but has \[2, 23, 1\]; its columns are "),
    ],
    ids=["history", "context", "future"],
)
def test_names_the_matrix_the_shape_and_the_columns_that_it_wants(
    loaded: Served, inputs: Inputs, name: str, shape: tuple[int, ...], message: str
) -> None:
    wrong = dataclasses.replace(part_of(inputs, slice(0, 2)), **{name: np.zeros(shape, dtype=np.float32)})
    with pytest.raises(InvalidInput, match=message):
        binary(loaded, wrong)


def test_refuses_a_row_without_the_newest_value_that_everything_is_told_from(loaded: Served, inputs: Inputs) -> None:
    context = inputs.context[:3].copy()
    context[1, loaded.contract.context_columns.index("newest")] = np.nan
    with pytest.raises(InvalidInput, match=r"context\[1\] has no newest, the last known pm25"):
        binary(loaded, dataclasses.replace(part_of(inputs, slice(0, 3)), context=context))


@pytest.mark.parametrize("name", ["history", "context", "future"])
@pytest.mark.parametrize("value", [1e20, -3e38])
def test_refuses_a_value_that_no_measurement_can_have(loaded: Served, inputs: Inputs, name: str, value: float) -> None:
    matrix = getattr(inputs, name)[:2].copy()
    matrix.flat[-1] = value
    with pytest.raises(InvalidInput, match=f"{name} holds a value beyond 1e\\+09"):
        binary(loaded, dataclasses.replace(part_of(inputs, slice(0, 2)), **{name: matrix}))


def test_refuses_more_rows_than_a_call_may_have(loaded: Served, inputs: Inputs) -> None:
    matrices = (inputs.history, inputs.context, inputs.future)
    many = Inputs(*(np.resize(matrix, (257, *matrix.shape[1:])) for matrix in matrices))
    with pytest.raises(InvalidInput, match="257 rows are too many: a call takes at most 256"):
        predict_fn(many, loaded)


class ToolkitError(Exception):
    """The container's, as `sagemaker_inference.errors` has it."""

    def __init__(self, status_code: int, message: str, phrase: str) -> None:
        super().__init__(status_code, message, phrase)
        self.status_code, self.message, self.phrase = status_code, message, phrase


@pytest.fixture
def in_the_container(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = ModuleType("sagemaker_inference.errors")
    vars(errors)["BaseInferenceToolkitError"] = ToolkitError
    monkeypatch.setitem(sys.modules, "sagemaker_inference", ModuleType("sagemaker_inference"))
    monkeypatch.setitem(sys.modules, "sagemaker_inference.errors", errors)


@pytest.mark.usefixtures("in_the_container")
@pytest.mark.parametrize(
    ("body", "content_type", "accept", "sentence"),
    [
        (b"{}", JSON, JSON, "the body must be an object with exactly history, context, future"),
        (b"\0", SAFETENSORS, JSON, "The input is not valid: "),
        (b"", "text/csv", JSON, "content type 'text/csv' is not supported"),
        (None, SAFETENSORS, "text/csv", "accept 'text/csv' is not supported"),
    ],
    ids=["no matrices", "no safetensors", "another content type", "another accept"],
)
def test_the_container_answers_a_bad_request_with_400_and_a_sentence(
    loaded: Served, inputs: Inputs, body: bytes | None, content_type: str, accept: str, sentence: str
) -> None:
    given = encode_inputs(part_of(inputs, slice(0, 1))) if body is None else body
    with pytest.raises(ToolkitError) as refused:
        invoke(loaded, given, content_type, accept)
    assert (refused.value.status_code, refused.value.phrase) == (400, "Bad Request")
    assert sentence in refused.value.message
    assert "\n" not in refused.value.message
    # The container writes the trace of what it is given; it must not tell what this came from as well.
    assert refused.value.__suppress_context__


@pytest.mark.usefixtures("in_the_container")
def test_the_container_names_the_matrix_and_the_shape_that_it_wants(loaded: Served, inputs: Inputs) -> None:
    short = dataclasses.replace(inputs, history=inputs.history[:, 1:])
    with pytest.raises(ToolkitError) as refused:
        predict_fn(part_of(short, slice(0, 2)), loaded)
    assert refused.value.status_code == 400
    assert "history must have the shape [n, 72," in refused.value.message
    assert "but has [2, 71," in refused.value.message


@pytest.mark.usefixtures("in_the_container")
def test_the_container_answers_503_where_too_many_requests_wait(loaded: Served, inputs: Inputs) -> None:
    def full(_: Inputs) -> npt.NDArray[np.float32]:
        raise Unavailable("64 requests wait already; try again")

    with pytest.raises(ToolkitError, match="64 requests wait already; try again") as refused:
        predict_fn(inputs, dataclasses.replace(loaded, predict=full))
    assert refused.value.status_code == 503


@pytest.mark.usefixtures("in_the_container")
def test_the_container_is_told_of_a_fault_as_it_is(loaded: Served, inputs: Inputs) -> None:
    def broken(_: Inputs) -> npt.NDArray[np.float32]:
        message = "no such tensor"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="no such tensor"):
        predict_fn(inputs, dataclasses.replace(loaded, predict=broken))


def test_serves_no_other_version_than_the_deployment_means(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = torch.get_num_threads()
    monkeypatch.setenv("GEOCLIMATE_MODEL_VERSION", "v7")
    assert model_fn(str(directory)).version == "v7"
    monkeypatch.setenv("GEOCLIMATE_MODEL_VERSION", "v8")
    with pytest.raises(IntegrityError, match="the artifact holds the version v7, not v8 that is to be served"):
        model_fn(str(directory))
    torch.set_num_threads(threads)


@pytest.mark.parametrize("kind", KINDS)
def test_half_precision_stays_within_its_bound_and_in_order(model: ForecastModel, inputs: Inputs, kind: Kind) -> None:
    exact = model.members()[kind](inputs)
    half = half_precision_predicts(model.networks[kind], torch.device("cpu"))(inputs)
    assert half.dtype == np.float32
    assert 0 < np.abs(half - exact).mean() <= HALF_BOUND * (exact[..., -1] - exact[..., 0]).mean()
    assert (np.diff(half, axis=-1) >= 0).all()
