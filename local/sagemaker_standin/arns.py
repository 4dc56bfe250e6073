"""ARNs of SageMaker resources, and the account and region that a request is made in."""

from __future__ import annotations

from dataclasses import dataclass

from ministack.core import responses


@dataclass(frozen=True)
class Scope:
    """The account and region that a resource lives in."""

    account: str
    region: str

    def arn(self, kind: str, name: str) -> str:
        """Give the ARN of a resource: ``kind`` is ``training-job``, ``model``, ``endpoint-config`` or ``endpoint``."""
        return f"arn:aws:sagemaker:{self.region}:{self.account}:{kind}/{name}"


def request_scope() -> Scope:
    """Give the scope of the request that MiniStack is serving in this context."""
    return Scope(account=responses.get_account_id(), region=responses.get_region())


def scope_of(arn: str) -> Scope:
    """Give the scope that an ARN names."""
    parts = arn.split(":")
    return Scope(account=parts[4], region=parts[3])
