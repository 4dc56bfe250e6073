"""The key that cursors are signed with, derived from a key in KMS that never leaves it."""

import base64
from typing import Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.aws_json import AwsJson, Patience, Service

_KMS: Final = Service("kms", "TrentService", "application/x-amz-json-1.1")
_LABEL: Final = b"geoclimate cursors, 1"
"""What is derived; another number makes another key, and every cursor that is out there void."""


def derived_cursor_key(key_id: str, patience: Patience) -> bytes:
    """The key of this deployment, 32 bytes: the HMAC of a constant with the deployment's own HMAC key.

    The same in every process, so a process asks once; and it stands in no template, environment, table or log.

    Args:
        key_id: Id or ARN of the HMAC key in KMS.
        patience: How long KMS is waited for.

    Raises:
        Unavailable: KMS does not answer.
    """
    request = {"KeyId": key_id, "Message": _LABEL, "MacAlgorithm": "HMAC_SHA_256"}
    with unavailable_when_down("KMS"):
        answer = AwsJson(_KMS, patience).call("GenerateMac", request)
    return base64.b64decode(answer["Mac"])
