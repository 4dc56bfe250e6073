import json
import pickletools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geoclimate.contracts.model import CARD_FILE, CONTRACT_FILE
from geoclimate.domain.errors import IntegrityError
from geoclimate.features import conformal
from geoclimate.features.tensor_file import read_tensors, write_tensors
from geoclimate_ml.baselines.boosting import SCALE_FILE
from geoclimate_ml.forecast_model import BOOSTING, ForecastModel
from geoclimate_ml.model_files import CALIBRATION_FILE, MEMBERS, WEIGHTS_FILE, ModelCard, load_model, save_model
from geoclimate_ml.samples import Samples


@pytest.fixture(scope="module")
def saved(model: ForecastModel, card: ModelCard, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    save_model(folder, model, card)
    return folder


@pytest.fixture
def directory(saved: Path, tmp_path: Path) -> Path:
    return shutil.copytree(saved, tmp_path / "model")


def contents(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def test_what_is_loaded_writes_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    save_model(tmp_path / "again", *load_model(saved))
    assert contents(tmp_path / "again") == contents(saved)


def test_what_is_loaded_forecasts_as_it_did(saved: Path, model: ForecastModel, samples: Samples) -> None:
    loaded, _ = load_model(saved)
    inputs = samples.inputs(np.arange(0, 300, 50))
    for name, ask in model.members().items():
        assert loaded.members()[name](inputs).tobytes() == ask(inputs).tobytes(), name
    # Weights are kept in millionths.
    np.testing.assert_allclose(loaded.predict(inputs), model.predict(inputs), rtol=1e-5)


def test_a_mixture_without_trees_is_a_model_too(model: ForecastModel, card: ModelCard, tmp_path: Path) -> None:
    shares = {"lstm": model.weights["lstm"], "transformer": 1 - model.weights["lstm"]}
    bare = ForecastModel("v", model.contract, model.networks, None, shares, model.calibration)
    save_model(tmp_path, bare, card)
    assert load_model(tmp_path)[0].boosting is None
    assert not (tmp_path / BOOSTING).exists()


def test_the_files_are_those_that_are_named(saved: Path) -> None:
    expected = {CARD_FILE, CONTRACT_FILE, WEIGHTS_FILE, CALIBRATION_FILE, f"{BOOSTING}/{SCALE_FILE}"}
    expected |= {f"{MEMBERS}/{kind}.{ending}" for kind in ("lstm", "transformer") for ending in ("json", "safetensors")}
    trees = {name for name in contents(saved) if name.startswith(f"{BOOSTING}/boosting-")}
    assert len(trees) == 7
    assert contents(saved).keys() == expected | trees


def opcodes(content: bytes) -> Iterator[str]:
    try:
        for opcode, _, _ in pickletools.genops(content):
            yield opcode.name
    except ValueError:
        return


def test_no_file_holds_a_pickle(saved: Path) -> None:
    for name, content in contents(saved).items():
        assert not content.startswith((b"\x80", b"PK")), name
        assert "STOP" not in opcodes(content), name
        for sign in (b"\x80\x02}", b"\x80\x04\x95", b"\x80\x05\x95", b"c__builtin__", b"cposix", b"torch._utils"):
            assert sign not in content, (name, sign)


def weigh(directory: Path, change: Callable[[dict[str, Any]], object]) -> None:
    weights, metadata = read_tensors((directory / WEIGHTS_FILE).read_bytes())
    values: dict[str, Any] = {name: array.copy() for name, array in weights.items()}
    change(values)
    (directory / WEIGHTS_FILE).write_bytes(write_tensors(values, metadata))


def against_each_other(weights: dict[str, Any]) -> None:
    weights["lstm"] += 2_000_000
    weights["transformer"] -= 2_000_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda weights: weights.update(lstm=weights["lstm"] + 5_000), "do not sum to 1 at every lead time"),
        (
            lambda weights: weights.update(lstm=np.full(6, np.nan, dtype=np.float32)),
            "do not sum to 1 at every lead time",
        ),
        (against_each_other, "are negative"),
        (lambda weights: weights.pop("lstm"), r"weighs \['boosting', 'transformer'\], but the model is mixed of"),
        (lambda weights: weights.pop(BOOSTING), "do not sum to 1"),
        (lambda weights: weights.update(gru=weights["lstm"] * 0), "weighs .*'gru'.*, but the model is mixed of"),
        (lambda weights: weights.update(lstm=weights["lstm"][:-1]), "but the model is mixed of"),
    ],
    ids=["too much", "not numbers", "negative", "without a network", "without the trees", "a stranger", "a lead less"],
)
def test_weights_that_make_no_mixture_are_refused(
    directory: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    weigh(directory, change)
    with pytest.raises(IntegrityError, match=message):
        load_model(directory)


FILES = (
    CARD_FILE,
    CONTRACT_FILE,
    WEIGHTS_FILE,
    CALIBRATION_FILE,
    f"{MEMBERS}/lstm.json",
    f"{MEMBERS}/transformer.safetensors",
    f"{BOOSTING}/{SCALE_FILE}",
    f"{BOOSTING}/boosting-0.5.txt",
)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(directory: Path, name: str) -> None:
    (directory / name).unlink()
    with pytest.raises(IntegrityError, match="cannot be read"):
        load_model(directory)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("half", [True, False], ids=["cut short", "noise"])
def test_a_damaged_file_is_refused(directory: Path, name: str, half: bool) -> None:
    path = directory / name
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if half else b"\x80\x04noise" * 40)
    with pytest.raises(IntegrityError):
        load_model(directory)


def change_json(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_contract_of_other_columns_is_refused(directory: Path) -> None:
    contract = json.loads((directory / CONTRACT_FILE).read_text())
    change_json(directory / CONTRACT_FILE, context_columns=contract["context_columns"][::-1])
    with pytest.raises(IntegrityError, match=r"built for other columns than this code makes.*train it anew"):
        load_model(directory)


def test_a_contract_of_other_lead_times_is_refused(directory: Path) -> None:
    change_json(directory / CONTRACT_FILE, lead_hours=[1, 2, 3])
    with pytest.raises(IntegrityError):
        load_model(directory)


def test_a_network_of_another_size_than_its_card_says_is_refused(directory: Path) -> None:
    path = directory / MEMBERS / "lstm.json"
    change_json(path, network={**json.loads(path.read_text())["network"], "hidden_size": 16})
    with pytest.raises(IntegrityError, match=r"the network lstm in .* cannot be read"):
        load_model(directory)


def test_a_calibration_of_other_lead_times_is_refused(directory: Path, model: ForecastModel) -> None:
    other = conformal.initial_state(model.contract.levels, (1, 2))
    (directory / CALIBRATION_FILE).write_bytes(conformal.to_bytes(other))
    with pytest.raises(IntegrityError, match="other levels or lead times than the contract"):
        load_model(directory)


def test_trees_of_other_levels_are_refused(directory: Path) -> None:
    change_json(directory / BOOSTING / SCALE_FILE, levels=[0.1, 0.5, 0.9])
    with pytest.raises(IntegrityError, match="other quantile levels"):
        load_model(directory)


def test_trees_of_other_lead_times_are_refused(directory: Path) -> None:
    change_json(directory / BOOSTING / SCALE_FILE, scale=[[1.0, 0.1]] * 3)
    with pytest.raises(IntegrityError, match="other lead times"):
        load_model(directory)
