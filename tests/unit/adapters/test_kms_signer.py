"""Signatures by a key in KMS."""

import boto3
import pytest

from geoclimate.adapters.kms_signer import KmsSigner

LARGE = b"manifest " * 10_000


@pytest.fixture
def signer(aws: None) -> KmsSigner:  # noqa: ARG001 - moto must run first
    client = boto3.client("kms")
    key = client.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    return KmsSigner(client, key)


def test_a_message_larger_than_kms_takes_is_signed_and_verified(signer: KmsSigner) -> None:
    assert signer.verify(LARGE, signer.sign(LARGE))


def test_another_message_does_not_verify(signer: KmsSigner) -> None:
    assert not signer.verify(LARGE + b".", signer.sign(LARGE))


@pytest.mark.parametrize("code", ["", "not base64!", "AAAA", "ä"])
def test_a_code_that_is_none_does_not_verify(signer: KmsSigner, code: str) -> None:
    assert not signer.verify(LARGE, code)
