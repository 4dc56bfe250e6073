"""Objects may be encrypted with S3's own KMS key."""

from collections.abc import Callable
from typing import Any, Final

from ministack.services import s3

from local.sagemaker_standin.patching import replace

_ALGORITHM: Final = "x-amz-server-side-encryption"
_KEY_ID: Final = "x-amz-server-side-encryption-aws-kms-key-id"
_MANAGED_KEY: Final = "arn:aws:kms:us-east-1:000000000000:alias/aws/s3"


def encrypt_with_the_managed_key() -> None:
    """A write with `aws:kms` and no key id is refused, since MiniStack has no key `aws/s3` to fall back to.

    AWS falls back to it, and the CDK's bootstrap bucket relies on that: without it no asset can be published.
    """

    def wrap(resolve: Callable[[dict[str, str], str], Any]) -> Callable[[dict[str, str], str], Any]:
        def with_managed_key(headers: dict[str, str], bucket: str) -> Any:
            if headers.get(_ALGORITHM) == "aws:kms" and not headers.get(_KEY_ID):
                headers = {**headers, _KEY_ID: _MANAGED_KEY}
            return resolve(headers, bucket)

        return with_managed_key

    replace(s3, "_resolve_sse_write_headers", wrap)
