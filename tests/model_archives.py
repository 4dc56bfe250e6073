"""Archives as a training job leaves them, sound and spoiled."""

import io
import json
import tarfile
from typing import Any

from pydantic import TypeAdapter

from geoclimate.contracts.model import ModelContract
from geoclimate.domain.models import Evaluation
from geoclimate.features.spec import feature_names
from tests.workflow_fakes import LEVELS, SPEC
from tests.workflow_fakes import evaluation as sound_evaluation

CONTRACT = ModelContract(
    target=SPEC.target,
    parameters=SPEC.parameters,
    feature_names=feature_names(SPEC),
    history_hours=SPEC.history_hours,
    lead_hours=SPEC.lead_hours,
    levels=LEVELS,
)


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


def archive(contract: ModelContract = CONTRACT, evaluation: bytes | None = None) -> bytes:
    return tar(
        [
            ("./model.safetensors", b"weights"),
            ("./contract.json", contract.model_dump_json().encode()),
            ("./evaluation.json", evaluation_json() if evaluation is None else evaluation),
            ("./code/inference.py", b"print('serving')"),
        ]
    )
