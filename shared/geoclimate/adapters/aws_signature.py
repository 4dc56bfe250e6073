"""Signature version 4 of a request to AWS, with the standard library alone.

After "Create a signed AWS API request" of the IAM user guide. botocore's own signer comes with all of botocore's
machinery, whose import takes longer than everything else that the reading function needs.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_END: Final = "aws4_request"


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """Who signs; its text shows nothing.

    Attributes:
        access_key: Id of the key.
        secret: The key.
        token: Session token; None for a key that does not end.
    """

    access_key: str
    secret: str
    token: str | None


def signed_headers(
    credentials: Credentials, *, region: str, service: str, headers: Mapping[str, str], body: bytes, now: str
) -> dict[str, str]:
    """Headers of a signed POST to the root of a service.

    Args:
        credentials: Who signs.
        region: Region of the service.
        service: Name of the service in signatures, such as `dynamodb`.
        headers: What is sent; `host` is among them, and all names are in lower case.
        body: The body.
        now: The time, `20141231T160000Z`.
    """
    signed = {**headers, "x-amz-date": now}
    if credentials.token is not None:
        signed["x-amz-security-token"] = credentials.token
    names = sorted(signed)
    listed = ";".join(names)
    lines = "".join(f"{name}:{signed[name]}\n" for name in names)
    canonical = f"POST\n/\n\n{lines}\n{listed}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{now[:8]}/{region}/{service}/{_END}"
    to_sign = f"{_ALGORITHM}\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret}".encode()
    for part in (now[:8], region, service, _END):
        key = hmac.digest(key, part.encode(), "sha256")
    code = hmac.digest(key, to_sign.encode(), "sha256").hex()
    signed["authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={listed}, Signature={code}"
    )
    return signed
