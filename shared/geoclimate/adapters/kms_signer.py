"""Signatures by an HMAC key in KMS, which never leaves it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient

_ALGORITHM: Final = "HMAC_SHA_256"


class KmsSigner:
    """HMAC-SHA-256 over a message's SHA-256; implements `Signer`.

    KMS takes messages of at most 4,096 bytes, so the digest is what it signs.
    """

    def __init__(self, client: KMSClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def sign(self, message: bytes) -> str:
        """The code of a message, base64.

        Raises:
            Unavailable: KMS does not answer.
        """
        with unavailable_when_down("KMS"):
            answer = self._client.generate_mac(KeyId=self._key_id, Message=_digest(message), MacAlgorithm=_ALGORITHM)
        return base64.b64encode(answer["Mac"]).decode("ascii")

    def verify(self, message: bytes, code: str) -> bool:
        """Whether this code was made from exactly this message.

        Raises:
            Unavailable: KMS does not answer.
        """
        try:
            mac = base64.b64decode(code, validate=True)
        except (binascii.Error, ValueError):
            return False
        if not mac:
            return False
        try:
            with unavailable_when_down("KMS"):
                answer = self._client.verify_mac(
                    KeyId=self._key_id, Message=_digest(message), MacAlgorithm=_ALGORITHM, Mac=mac
                )
        except ClientError as error:
            if error_code(error) == "KMSInvalidMacException":
                return False
            raise
        return answer["MacValid"]


def _digest(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()
