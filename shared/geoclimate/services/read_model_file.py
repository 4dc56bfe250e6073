"""Read a file of the model in production, and nothing else in its place."""

import hashlib

from geoclimate.domain.errors import IntegrityError, Unavailable
from geoclimate.domain.models import ModelRecord
from geoclimate.services.model_registry import ProductionModels
from geoclimate.services.ports import ObjectStore


def in_production(registry: ProductionModels, target: str) -> ModelRecord:
    """The model in production of a parameter.

    Raises:
        Unavailable: There is none, or the registry does not answer.
    """
    record = registry.production(target)
    if record is None:
        raise Unavailable(f"no model of {target} is in production; run the training workflow")
    return record


def read_model_file(objects: ObjectStore, uri: str | None, digest: str | None, limit: int) -> bytes:
    """The bytes of a file that the registry names.

    Args:
        objects: The bucket of artifacts.
        uri: Its `s3://` address; None where the version was registered without it.
        digest: Its SHA-256, hexadecimal.
        limit: Bytes that it may have.

    Raises:
        Unavailable: The registry names no such file, or the bucket does not answer.
        NotFound: The file is gone.
        InvalidInput: It is too large, or in another bucket.
        IntegrityError: Its bytes are not those that were registered.
    """
    if uri is None or digest is None:
        raise Unavailable("it was registered without this file")
    content = objects.get(objects.key_of(uri), limit)
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise IntegrityError(f"{uri} has the SHA-256 {found}, but {digest} was registered")
    return content
