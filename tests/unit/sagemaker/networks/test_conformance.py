"""What every network must keep to, whichever encoder reads the history."""

import dataclasses
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geoclimate.features.inputs import Inputs
from geoclimate_ml.member_files import MemberCard, load_member, save_member
from geoclimate_ml.networks.architecture import Architecture
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.networks.input_scaling import contract_of
from geoclimate_ml.serving.fused_forecaster import FusedForecaster
from geoclimate_ml.serving.onnx_export import INT8_BOUND, export_light, export_onnx
from geoclimate_ml.serving.onnx_session import open_session, run_session
from tests.made_samples import LEVELS, Made, made, small_spec

SMALL = {"hidden_size": 8, "context_size": 16, "decoder_size": 8, "summary_size": 8}
NETWORKS: dict[str, tuple[dict[str, Any], int]] = {
    "lstm": ({"kind": "lstm"}, 24),
    "lstm, both ways": ({"kind": "lstm", "bidirectional": True, "layers": 2}, 24),
    "lstm, attention pooling": ({"kind": "lstm", "attention_pooling": True}, 24),
    "gru": ({"kind": "gru"}, 24),
    "gru, attention pooling": ({"kind": "gru", "attention_pooling": True, "layers": 2}, 24),
    "transformer": ({"kind": "transformer", "heads": 2, "layers": 2}, 24),
    "lstm, 72 lead times": ({"kind": "lstm"}, 72),
    "transformer, 72 lead times": ({"kind": "transformer", "heads": 4, "step_hours": 12}, 72),
}
Floats = npt.NDArray[np.float32]


@lru_cache
def stations(leads: int) -> Made:
    return made(small_spec(leads), hours=400, stations=2)


@lru_cache
def real_inputs(leads: int) -> Inputs:
    return stations(leads).samples.inputs(np.arange(0, 240, 5))


@lru_cache
def network_of(name: str, *, trained: bool = True) -> Forecaster:
    """A network with the scaling of real data; with weights as though it had been trained, or as it begins."""
    sizes, leads = NETWORKS[name]
    torch.manual_seed(1)
    network = Forecaster(contract_of(stations(leads).spec, LEVELS), Architecture(**{**SMALL, **sizes})).eval()
    observed = stations(leads).samples.observed(np.arange(0, 240, 5))
    network.scaling.learn(real_inputs(leads), observed, years=1, stations=2)
    if trained:
        with torch.no_grad():
            for weight in network.head.parameters():
                weight.add_(0.3 * torch.randn_like(weight))
    return network


def quantiles(network: torch.nn.Module, inputs: Inputs) -> Floats:
    with torch.inference_mode():
        answer: Floats = network(*map(torch.from_numpy, (inputs.history, inputs.context, inputs.future))).numpy()
    return answer


each_network = pytest.mark.parametrize("name", NETWORKS)


@each_network
def test_the_shape_is_lead_times_by_levels(name: str) -> None:
    leads = NETWORKS[name][1]
    said = quantiles(network_of(name), real_inputs(leads))
    assert said.shape == (48, leads, len(LEVELS))
    assert said.dtype == np.float32


@each_network
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_quantiles_never_cross_and_are_never_nan(name: str, data: st.DataObject) -> None:
    network = network_of(name)
    real = real_inputs(NETWORKS[name][1])
    values = st.floats(-1e6, 1e6, width=32) | st.just(float("nan"))
    odd = Inputs(
        *(
            data.draw(arrays.arrays(np.float32, (2, *matrix.shape[1:]), elements=values, fill=values))
            for matrix in (real.history, real.context, real.future)
        )
    )
    said = quantiles(network, odd)
    assert np.isfinite(said).all()
    assert (np.diff(said, axis=-1) >= 0).all()
    assert (said >= 0).all()


@each_network
def test_answers_where_nothing_is_known(name: str) -> None:
    real = real_inputs(NETWORKS[name][1])
    nothing = Inputs(*(np.full_like(matrix, np.nan) for matrix in (real.history, real.context, real.future)))
    said = quantiles(network_of(name), nothing)
    assert np.isfinite(said).all()
    assert (said == said[0]).all()


@each_network
def test_begins_with_what_persistence_says(name: str) -> None:
    real = real_inputs(NETWORKS[name][1])
    said = quantiles(network_of(name, trained=False), real)
    newest = np.nan_to_num(real.context[:, 0], nan=float(network_of(name).scaling.target_median))
    median = said[..., LEVELS.index(0.5)]
    assert median == pytest.approx(np.broadcast_to(newest[:, None], median.shape), rel=1e-5)
    assert (said[..., -1] > said[..., 0]).all()


@each_network
def test_a_row_does_not_depend_on_the_others(name: str) -> None:
    real = real_inputs(NETWORKS[name][1])
    alone = Inputs(real.history[3:4], real.context[3:4], real.future[3:4])
    assert quantiles(network_of(name), real)[3] == pytest.approx(quantiles(network_of(name), alone)[0], abs=1e-3)


@each_network
def test_the_weather_of_another_hour_does_not_change_a_lead_time(name: str) -> None:
    leads = NETWORKS[name][1]
    real = real_inputs(leads)
    changed = dataclasses.replace(real, future=real.future.copy())
    changed.future[:, 5:] = np.nan
    before, after = quantiles(network_of(name), real), quantiles(network_of(name), changed)
    assert before[:, :5].tobytes() == after[:, :5].tobytes()
    assert (before[:, 5:] != after[:, 5:]).any()


@each_network
def test_every_hour_of_the_history_is_read(name: str) -> None:
    real = real_inputs(NETWORKS[name][1])
    before = quantiles(network_of(name), real)
    for hour in (0, 40, 71):
        changed = dataclasses.replace(real, history=real.history.copy())
        changed.history[:, hour] += 30
        assert (quantiles(network_of(name), changed) != before).any(), hour


@each_network
def test_the_form_for_serving_answers_the_same(name: str) -> None:
    network, real = network_of(name), real_inputs(NETWORKS[name][1])
    holes = dataclasses.replace(real, history=real.history.copy())
    holes.history[np.random.default_rng(1).random(holes.history.shape) < 0.2] = np.nan
    for inputs in (real, holes):
        said = quantiles(network, inputs)
        assert np.abs(quantiles(FusedForecaster(network), inputs) - said).max() <= 1e-4 * said.max()


@each_network
def test_onnx_runtime_answers_as_torch_does_at_any_batch(name: str, tmp_path: Path) -> None:
    network, real = network_of(name), real_inputs(NETWORKS[name][1])
    parity = export_onnx(network, tmp_path / "a.onnx", "v1", real)
    assert parity.largest <= 1e-4 * parity.width
    session = open_session(tmp_path / "a.onnx")
    for rows in (1, 7, 48):
        part = Inputs(real.history[:rows], real.context[:rows], real.future[:rows])
        assert run_session(session, part) == pytest.approx(quantiles(network, part), abs=1e-3)
    nothing = Inputs(*(np.full_like(matrix, np.nan) for matrix in (real.history, real.context, real.future)))
    assert run_session(session, nothing) == pytest.approx(quantiles(network, nothing), abs=1e-3)


@each_network
def test_int8_stays_within_its_bound_and_in_order(name: str, tmp_path: Path) -> None:
    network, real = network_of(name), real_inputs(NETWORKS[name][1])
    parity = export_light(network, tmp_path / "light.onnx", "v1", real)
    assert 0 < parity.mean <= INT8_BOUND * parity.width
    said = run_session(open_session(tmp_path / "light.onnx"), real)
    assert (np.diff(said, axis=-1) >= 0).all()
    metadata = open_session(tmp_path / "light.onnx").get_modelmeta().custom_metadata_map
    assert metadata == {"contract": network.contract.model_dump_json(), "version": "v1"}


@each_network
def test_comes_back_from_its_files_as_it_was(name: str, tmp_path: Path) -> None:
    network = network_of(name)
    card = MemberCard(
        version="v1",
        network=network.architecture,
        dataset_digest="ab",
        hyperparameters={},
        epochs=1,
        validation_loss=1.0,
    )
    save_member(tmp_path, "member", network, card)
    again, read = load_member(tmp_path, "member", network.contract)
    assert read == card
    real = real_inputs(NETWORKS[name][1])
    assert quantiles(again, real).tobytes() == quantiles(network, real).tobytes()
