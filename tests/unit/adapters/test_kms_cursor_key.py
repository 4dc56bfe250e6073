"""The cursors' key comes from KMS, and is the same in every process."""

from collections.abc import Iterator

import boto3
import pytest

from geoclimate.adapters.aws_json import Patience
from geoclimate.adapters.kms_cursor_key import derived_cursor_key
from geoclimate.domain.errors import Unavailable
from tests.wire import Wire, installed

PATIENCE = Patience(1, 1, attempts=1)


@pytest.fixture
def wire(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:  # noqa: ARG001 - moto must run first
    yield from installed(monkeypatch)


def _key() -> str:
    made = boto3.client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    return str(made["KeyMetadata"]["KeyId"])


@pytest.mark.usefixtures("wire")
def test_a_deployment_has_one_key_and_another_deployment_another() -> None:
    ours, theirs = _key(), _key()

    assert derived_cursor_key(ours, PATIENCE) == derived_cursor_key(ours, PATIENCE)
    assert derived_cursor_key(ours, PATIENCE) != derived_cursor_key(theirs, PATIENCE)
    assert len(derived_cursor_key(ours, PATIENCE)) == 32


def test_a_keeper_that_does_not_answer_is_said_to_be_down(wire: Wire) -> None:
    wire.failures = [ConnectionRefusedError()]

    with pytest.raises(Unavailable, match="KMS"):
        derived_cursor_key("key", PATIENCE)
