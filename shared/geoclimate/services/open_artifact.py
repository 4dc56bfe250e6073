"""Read the two descriptions out of a trained model's archive, without unpacking anything to disk."""

import io
import tarfile
import zlib
from pathlib import PurePosixPath

from pydantic import TypeAdapter, ValidationError

from geoclimate.contracts.model import CONTRACT_FILE, EVALUATION_FILE, ModelContract
from geoclimate.domain.errors import ModelRejected
from geoclimate.domain.models import Evaluation

# The descriptions have a few kB, and a model of this platform some MB: more is a mistake or an attack.
_MEMBER_LIMIT_BYTES = 1024 * 1024
_UNPACKED_LIMIT_BYTES = 2 * 1024 * 1024 * 1024


def open_artifact(archive: bytes) -> tuple[ModelContract, Evaluation]:
    """What a model was built for, and how it did.

    Only `contract.json` and `evaluation.json` at the archive's root are read, into memory and up to 1 MiB each, so no
    name in the archive can reach anything else.

    Args:
        archive: The bytes of `model.tar.gz`.

    Raises:
        ModelRejected: The archive cannot be read, a file is missing or doubled, or its content is not valid.
    """
    files = _descriptions(archive)
    for name in (CONTRACT_FILE, EVALUATION_FILE):
        if name not in files:
            raise ModelRejected(f"model.tar.gz holds no {name} at its root: did train.py write it to SM_MODEL_DIR?")
    try:
        contract = ModelContract.model_validate_json(files[CONTRACT_FILE])
    except ValidationError as error:
        raise ModelRejected(f"{CONTRACT_FILE} in model.tar.gz is not valid: {error}") from error
    try:
        evaluation = TypeAdapter(Evaluation).validate_json(files[EVALUATION_FILE])
    except ValidationError as error:
        raise ModelRejected(f"{EVALUATION_FILE} in model.tar.gz is not valid: {error}") from error
    return contract, evaluation


def _descriptions(archive: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    unpacked = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r|gz") as tar:
            for member in tar:
                unpacked += member.size
                if unpacked > _UNPACKED_LIMIT_BYTES:
                    raise ModelRejected(f"model.tar.gz unpacks to more than {_UNPACKED_LIMIT_BYTES} bytes")
                name = str(PurePosixPath(member.name))
                if name not in {CONTRACT_FILE, EVALUATION_FILE}:
                    continue
                if name in found:
                    raise ModelRejected(f"model.tar.gz holds {name} twice")
                found[name] = _content(tar, member)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise ModelRejected(f"model.tar.gz cannot be read: {error}") from error
    return found


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member) if member.isfile() else None
    if stream is None:
        raise ModelRejected(f"{member.name} in model.tar.gz is not a plain file")
    if member.size > _MEMBER_LIMIT_BYTES:
        raise ModelRejected(f"{member.name} in model.tar.gz has {member.size} bytes; at most {_MEMBER_LIMIT_BYTES} fit")
    return stream.read()
