"""One network as files."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from geoclimate.contracts.model import CONTRACT_FILE
from geoclimate.domain.errors import IntegrityError
from geoclimate_ml.forecast_model import ForecastModel
from geoclimate_ml.member_files import MEMBER, load_member, read_contract, save_member, write_contract
from geoclimate_ml.model_files import ModelCard


@pytest.fixture(scope="module")
def saved(model: ForecastModel, card: ModelCard, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("member")
    write_contract(folder, model.contract)
    save_member(folder, MEMBER, model.networks["lstm"], card.networks["lstm"])
    return folder


@pytest.fixture
def directory(saved: Path, tmp_path: Path) -> Path:
    return shutil.copytree(saved, tmp_path / "member")


def test_a_network_and_its_card_come_back_as_they_were(saved: Path, model: ForecastModel, card: ModelCard) -> None:
    network, found = load_member(saved, MEMBER, read_contract(saved))
    assert found == card.networks["lstm"]
    assert not network.training
    for name, tensor in model.networks["lstm"].state_dict().items():
        assert torch.equal(network.state_dict()[name], tensor), name


@pytest.mark.parametrize("ending", ["json", "safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\x80\x04."], ids=["missing", "empty", "braces", "a pickle"])
def test_a_missing_or_damaged_file_is_refused(directory: Path, ending: str, content: bytes | None) -> None:
    path = directory / f"{MEMBER}.{ending}"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(IntegrityError, match=f"the network {MEMBER} in .* cannot be read"):
        load_member(directory, MEMBER, read_contract(directory))


def test_weights_of_another_size_than_the_card_says_are_refused(directory: Path) -> None:
    path = directory / f"{MEMBER}.json"
    card = json.loads(path.read_text())
    card["network"]["hidden_size"] *= 2
    path.write_text(json.dumps(card))
    with pytest.raises(IntegrityError, match="size mismatch"):
        load_member(directory, MEMBER, read_contract(directory))


def test_a_model_of_other_columns_than_this_code_makes_is_refused(directory: Path, model: ForecastModel) -> None:
    contract = model.contract
    other = contract.model_copy(update={"context_columns": ("humidity", *contract.context_columns[1:])})
    write_contract(directory, other)
    count = len(contract.context_columns)
    with pytest.raises(IntegrityError, match=rf"expects \d+, {count} and .* or others of the same number; train it"):
        read_contract(directory)


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff"], ids=["missing", "empty", "no fields", "no text"])
def test_a_contract_that_is_none_is_refused(directory: Path, content: bytes | None) -> None:
    path = directory / CONTRACT_FILE
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(IntegrityError, match=f"{CONTRACT_FILE} in .* cannot be read"):
        read_contract(directory)
