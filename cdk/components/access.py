"""How permissions are given: named actions on named resources, and a written reason wherever a wildcard is needed."""

from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

_WHOLE_PREFIX: Final = "The keys of a bucket are its data; which of them exist is not known when this is deployed."


def acknowledge(construct: IConstruct, reason: str, *findings: str) -> None:
    """Accept findings of cdk-nag on a construct and what is under it, with the reason.

    Args:
        construct: Where the findings are reported, or a parent of it.
        reason: Why this is right here.
        findings: Their ids, such as `AwsSolutions-SQS3` or `AwsSolutions-IAM5[Resource::*]`.
    """
    rules = [cdk.Acknowledgment(id=finding, reason=reason) for finding in findings]
    cdk.Validations.of(construct).acknowledge(*rules)


def allow(
    role: iam.Role,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    conditions: Mapping[str, Mapping[str, str]] | None = None,
    wildcard_reason: str | None = None,
) -> None:
    """Give a role actions on resources.

    Args:
        role: Who may.
        actions: Full names; no wildcards.
        resources: ARNs.
        conditions: IAM conditions by operator.
        wildcard_reason: Why resources with a `*` are needed; without it cdk-nag refuses them.
    """
    role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions))
    if wildcard_reason is not None:
        acknowledge_wildcards(role, wildcard_reason, resources)


def acknowledge_wildcards(construct: IConstruct, reason: str, resources: Sequence[str]) -> None:
    """Accept those of a construct's resources that hold a `*`, with the reason."""
    stack = cdk.Stack.of(construct)
    wild = [text for text in (_as_reported(stack.resolve(resource)) for resource in resources) if "*" in text]
    acknowledge(construct, reason, *(f"AwsSolutions-IAM5[Resource::{text}]" for text in wild))


def allow_items(role: iam.Role, actions: Sequence[str], *tables: dynamodb.Table) -> None:
    """Give a role DynamoDB actions, named without `dynamodb:`, on whole tables."""
    allow(role, [f"dynamodb:{action}" for action in actions], [table.table_arn for table in tables])


def allow_objects(role: iam.Role, actions: Sequence[str], bucket: s3.Bucket, key: kms.Key, *, prefix: str = "") -> None:
    """Give a role S3 object actions, named without `s3:`, on keys under a prefix, and the use of the bucket's key."""
    allow(
        role,
        [f"s3:{action}" for action in actions],
        [bucket.arn_for_objects(f"{prefix}*")],
        wildcard_reason=_WHOLE_PREFIX,
    )
    # S3 decrypts with the caller's permission; a multipart upload decrypts as well as it encrypts.
    needed = ["kms:Decrypt"]
    if "PutObject" in actions:
        needed.append("kms:GenerateDataKey")
    allow(role, needed, [key.key_arn])


def _as_reported(resolved: object) -> str:
    """A resolved ARN as cdk-nag writes it: `<Logical.Arn>/*`."""
    match resolved:
        case str():
            return resolved
        case {"Ref": str(name)}:
            return f"<{name}>"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [str(separator), [*parts]]}:
            return separator.join(_as_reported(part) for part in parts)
    msg = f"no rule for how cdk-nag reports {resolved}"
    raise ValueError(msg)
