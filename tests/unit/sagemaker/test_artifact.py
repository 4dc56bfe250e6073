import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file, save_file

from geoclimate.contracts.model import CARD_FILE, CONTRACT_FILE, ONNX_FILE, WEIGHTS_FILE
from geoclimate.domain.errors import IntegrityError
from geoclimate_ml import onnx_export
from geoclimate_ml.artifact import load
from geoclimate_ml.data import Split
from geoclimate_ml.onnx_export import RELATIVE_TOLERANCE, export_onnx


@pytest.fixture
def copy(model_dir: Path, tmp_path: Path) -> Path:
    return shutil.copytree(model_dir, tmp_path / "model")


def test_a_model_read_back_answers_as_its_onnx_file(model_dir: Path, split: Split) -> None:
    model, card = load(model_dir)
    windows, _ = split.test.batch(np.arange(40))
    with torch.inference_mode():
        ours = model(windows).numpy()
    session = onnxruntime.InferenceSession(str(model_dir / ONNX_FILE), providers=["CPUExecutionProvider"])
    for n in (1, 40):
        (theirs,) = session.run(None, {"windows": windows[:n].numpy()})
        np.testing.assert_allclose(theirs, ours[:n], atol=RELATIVE_TOLERANCE * ours.max())
    assert card.onnx_difference is not None
    assert card.onnx_difference <= RELATIVE_TOLERANCE * ours.max()


def test_the_onnx_file_carries_the_contract(model_dir: Path) -> None:
    metadata = {entry.key: entry.value for entry in onnx.load(str(model_dir / ONNX_FILE)).metadata_props}
    assert metadata == {"contract": (model_dir / CONTRACT_FILE).read_text(), "version": "pm25-20140131"}


def test_refuses_an_export_that_answers_differently(
    model_dir: Path, split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, _ = load(model_dir)
    windows, _ = split.test.batch(np.arange(4))
    monkeypatch.setattr(onnx_export, "RELATIVE_TOLERANCE", -1.0)
    with pytest.raises(IntegrityError, match="quantiles differ from torch's"):
        export_onnx(model, tmp_path / "model.onnx", {}, windows.numpy())


def test_refuses_weights_of_another_contract(copy: Path) -> None:
    contract = json.loads((copy / CONTRACT_FILE).read_text())
    (copy / CONTRACT_FILE).write_text(json.dumps({**contract, "levels": [0.05, 0.5, 0.95]}))
    with pytest.raises(IntegrityError, match=r"model.safetensors was trained for another contract"):
        load(copy)


def test_refuses_columns_that_this_code_does_not_make(copy: Path) -> None:
    contract = json.loads((copy / CONTRACT_FILE).read_text())
    contract["feature_names"][-1] = "moon_phase"
    (copy / CONTRACT_FILE).write_text(json.dumps(contract))
    save_file(load_file(copy / WEIGHTS_FILE), copy / WEIGHTS_FILE, metadata={"contract": json.dumps(contract)})
    with pytest.raises(IntegrityError, match=r"the model expects the columns .*moon_phase"):
        load(copy)


def test_refuses_weights_that_do_not_fit_the_card(copy: Path) -> None:
    card = json.loads((copy / CARD_FILE).read_text())
    (copy / CARD_FILE).write_text(json.dumps({**card, "hidden_size": 9}))
    with pytest.raises(IntegrityError, match="does not fit"):
        load(copy)


@pytest.mark.parametrize("name", [CARD_FILE, CONTRACT_FILE, WEIGHTS_FILE])
def test_refuses_a_damaged_or_missing_file(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"{")
    with pytest.raises(IntegrityError, match="cannot be read"):
        load(copy)
    (copy / name).unlink()
    with pytest.raises(IntegrityError, match="cannot be read"):
        load(copy)


def test_the_artifact_serves_itself_without_the_training_libraries(model_dir: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1] + '/code')\n"
        "import inference, geoclimate, geoclimate_ml\n"
        "model = inference.model_fn(sys.argv[1])\n"
        "print(model.version, geoclimate.__file__, geoclimate_ml.__file__, inference.__file__)\n"
        "assert not {'onnx', 'onnxruntime', 'boto3'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(model_dir)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    version, *files = done.stdout.split()
    assert version == "pm25-20140131"
    assert all(Path(file).is_relative_to(model_dir / "code") for file in files)
    requirements = (model_dir / "code" / "requirements.txt").read_text()
    assert [line.split("==")[0] for line in requirements.splitlines()] == ["pydantic", "safetensors"]


def test_the_artifact_holds_no_pickle_and_no_bytecode(model_dir: Path) -> None:
    suffixes = {path.suffix for path in model_dir.rglob("*") if path.is_file()}
    assert suffixes == {".json", ".onnx", ".py", ".safetensors", ".txt"}
