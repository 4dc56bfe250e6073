"""Read a trained model's archive once, from a stream, without unpacking anything to disk."""

import re
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from geoclimate.contracts.model import (
    CARD_FILE,
    CARD_TEXT_FILE,
    CLIMATOLOGY_FILE,
    CLIMATOLOGY_LIMIT_BYTES,
    CONTRACT_FILE,
    EVALUATION_FILE,
    LIGHT_MODEL_FILE,
    LIGHT_MODEL_LIMIT_BYTES,
    ForecastContract,
)
from geoclimate.domain.errors import ModelRejected
from geoclimate.domain.models import Evaluation
from geoclimate.services.unpacked_stream import DigestedStream, UnpackedStream

_KIB: Final = 1024
_MIB: Final = 1024 * _KIB
# The evaluation becomes part of an item of the registry, which may have 400 kB.
_DESCRIPTIONS: Final = {CONTRACT_FILE: _MIB, EVALUATION_FILE: 256 * _KIB, CARD_FILE: _MIB}
_EXTRACTED: Final = {
    CARD_TEXT_FILE: _MIB,
    LIGHT_MODEL_FILE: LIGHT_MODEL_LIMIT_BYTES,
    CLIMATOLOGY_FILE: CLIMATOLOGY_LIMIT_BYTES,
}
_PLOT: Final = re.compile(r"(?:plots/)?[a-z0-9][a-z0-9_-]{0,63}\.(?:png|svg)")
_PLOT_LIMIT: Final = 2 * _MIB
_MOST_PLOTS: Final = 24
_MOST_MEMBERS: Final = 4096
_UNPACKED_LIMIT: Final = 4 * 1024 * _MIB

_CONTRACT: Final = TypeAdapter(ForecastContract)
_EVALUATION: Final = TypeAdapter(Evaluation)


class CardFacts(BaseModel):
    """What the registry reads of `card.json`, which says more.

    Attributes:
        version: The version that the training run gave it.
        dataset_digest: SHA-256 of the data set that it was trained on.
        code_digest: SHA-256 of the archive of the training source; None in cards of older versions.
        parity: Largest difference between two ways of running the model, by name.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    version: str
    dataset_digest: str
    code_digest: str | None = None
    parity: dict[str, float] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Artifact:
    """What a model's archive holds for the registry.

    Attributes:
        digest: SHA-256 of the archive, hexadecimal.
        contract: What the model was built for.
        evaluation: How it did.
        card: What its card says of its origin.
        files: Content by name of what is kept beside the archive: card, plots, light model, climatology.
    """

    digest: str
    contract: ForecastContract
    evaluation: Evaluation
    card: CardFacts
    files: Mapping[str, bytes]


def open_artifact(packed: BinaryIO) -> Artifact:
    """Read the descriptions and the few files that are kept beside the archive; everything else is passed over.

    Each file is read into memory up to a limit of its own, and only under its exact name, so no name in the archive can
    reach anything else.

    Args:
        packed: `model.tar.gz`, read once to its end.

    Raises:
        ModelRejected: The archive cannot be read, a description is missing, a file is doubled, too large or no plain
            file, or a description is not valid.
    """
    stream = DigestedStream(packed)
    files = _files(stream)
    for name in _DESCRIPTIONS:
        if name not in files:
            raise ModelRejected(f"model.tar.gz holds no {name} at its root: did the job write it to SM_MODEL_DIR?")
    try:
        name = CONTRACT_FILE
        contract = _CONTRACT.validate_json(files.pop(name))
        name = EVALUATION_FILE
        evaluation = _EVALUATION.validate_json(files.pop(name))
        name = CARD_FILE
        card = CardFacts.model_validate_json(files.pop(name))
    except ValidationError as error:
        raise ModelRejected(f"{name} in model.tar.gz is not valid: {error}") from error
    return Artifact(stream.digest(), contract, evaluation, card, files)


def _files(stream: DigestedStream) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        unpacked = UnpackedStream(stream, _UNPACKED_LIMIT)
        with tarfile.open(fileobj=unpacked, mode="r:") as tar:
            for number, member in enumerate(tar, start=1):
                if number > _MOST_MEMBERS:
                    raise ModelRejected(f"model.tar.gz holds more than {_MOST_MEMBERS} files")
                name = str(PurePosixPath(member.name))
                limit = _limit_of(name)
                if limit is None:
                    continue
                if name in found:
                    raise ModelRejected(f"model.tar.gz holds {name} twice")
                found[name] = _content(tar, member, limit)
                if sum(1 for each in found if _PLOT.fullmatch(each)) > _MOST_PLOTS:
                    raise ModelRejected(f"model.tar.gz holds more than {_MOST_PLOTS} plots")
        unpacked.check_rest()
    # Spoiled headers and chains of them end in the last two.
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError, RecursionError) as error:
        raise ModelRejected(f"model.tar.gz cannot be read: {error}") from error
    return found


def _limit_of(name: str) -> int | None:
    limit = (_DESCRIPTIONS | _EXTRACTED).get(name)
    return _PLOT_LIMIT if limit is None and _PLOT.fullmatch(name) else limit


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    stream = tar.extractfile(member) if member.isfile() else None
    if stream is None:
        raise ModelRejected(f"{member.name} in model.tar.gz is not a plain file")
    if member.size > limit:
        raise ModelRejected(f"{member.name} in model.tar.gz has {member.size} bytes; at most {limit} fit")
    content = b"".join(iter(lambda: stream.read(64 * _KIB), b""))
    if len(content) != member.size:
        raise ModelRejected(f"model.tar.gz cannot be read: {member.name} ends early")
    return content
