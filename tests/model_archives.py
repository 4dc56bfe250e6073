"""Archives as a training job leaves them, sound and spoiled."""

import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from geoclimate.contracts.model import ForecastContract
from geoclimate.domain.models import Evaluation
from geoclimate.features.inputs import contract_fields
from tests.workflow_fakes import LEVELS, SPEC
from tests.workflow_fakes import evaluation as sound_evaluation

CONTRACT = ForecastContract(**contract_fields(SPEC), levels=LEVELS)


def evaluation_json(**values: Any) -> bytes:
    """An evaluation as a training job writes it; NaN stays NaN, as Python's own encoder writes it."""
    return json.dumps(TypeAdapter(Evaluation).dump_python(sound_evaluation(**values)), default=str).encode()


def tar(members: list[tuple[str, bytes]]) -> bytes:
    """A tar.gz of plain files, in this order and with these names."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive_file:
        for name, body in members:
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive_file.addfile(member, io.BytesIO(body))
    return buffer.getvalue()


def card_json(**values: Any) -> bytes:
    """A card as a training run writes it."""
    card = {
        "version": "v2",
        "dataset_digest": "d" * 64,
        "code_digest": "c" * 64,
        "parity": {"onnx": 1e-5, "int8": 0.25},
        "layers": 2,
    }
    return json.dumps(card | values).encode()


KEPT: dict[str, bytes] = {
    "card.md": b"# The model",
    "light.onnx": b"a small network",
    "climatology.safetensors": b"quantiles by month and hour",
    "plots/mae-by-lead.svg": b"<svg/>",
}


def archive(
    contract: BaseModel = CONTRACT,
    evaluation: bytes | None = None,
    card: bytes | None = None,
    kept: Mapping[str, bytes] = KEPT,
) -> bytes:
    return tar(
        [
            ("./model.safetensors", b"weights"),
            ("./contract.json", contract.model_dump_json().encode()),
            ("./evaluation.json", evaluation_json() if evaluation is None else evaluation),
            ("./card.json", card_json() if card is None else card),
            *((f"./{name}", body) for name, body in kept.items()),
            ("./code/inference.py", b"print('serving')"),
        ]
    )
