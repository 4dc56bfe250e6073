"""Files of the model in production."""

import hashlib

import pytest

from geoclimate.domain.errors import IntegrityError, InvalidInput, NotFound, Unavailable
from geoclimate.services.read_model_file import in_production, read_model_file
from tests.engine_fakes import ProductionModel
from tests.workflow_fakes import ObjectsInMemory, RegistryInMemory

BODY = b"weights"
DIGEST = hashlib.sha256(BODY).hexdigest()


def _bucket() -> ObjectsInMemory:
    objects = ObjectsInMemory()
    objects.put("v1/file", BODY, "")
    return objects


def test_the_bytes_that_were_registered_are_given() -> None:
    assert read_model_file(_bucket(), "s3://bucket/v1/file", DIGEST, 100) == BODY


def test_other_bytes_are_refused() -> None:
    with pytest.raises(IntegrityError, match=f"has the SHA-256 {DIGEST}, but {'0' * 64} was registered"):
        read_model_file(_bucket(), "s3://bucket/v1/file", "0" * 64, 100)


def test_a_file_that_was_never_registered_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="registered without this file"):
        read_model_file(_bucket(), None, None, 100)


def test_a_missing_file_one_too_large_and_one_of_another_bucket_are_told_apart() -> None:
    with pytest.raises(NotFound):
        read_model_file(_bucket(), "s3://bucket/v2/file", DIGEST, 100)
    with pytest.raises(InvalidInput, match="too large"):
        read_model_file(_bucket(), "s3://bucket/v1/file", DIGEST, 3)
    with pytest.raises(InvalidInput, match="another bucket"):
        read_model_file(_bucket(), "s3://other/v1/file", DIGEST, 100)


def test_without_a_model_in_production_it_says_what_to_do() -> None:
    assert in_production(ProductionModel().registry, "pm25").version == "v1"
    with pytest.raises(Unavailable, match="no model of pm25 is in production; run the training workflow"):
        in_production(RegistryInMemory(), "pm25")
