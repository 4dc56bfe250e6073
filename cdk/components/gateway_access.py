"""What roles may do with the gateway's keys and usage plans, through its control plane."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from cdk.components.access import allow

_MADE_LATER: Final = "Keys are made by their accounts, so their ids are not known when this is deployed."
_NOT_KNOWN_YET: Final = (
    "The plans belong to the stage that the function is behind, so naming them in its role would be a circle."
)


def allow_key_issue(role: iam.Role) -> None:
    """Give a role to make keys, to look for the usage plans, and to put keys into plans and take them out."""
    allow(role, ["apigateway:POST"], [_resource(role, "/apikeys")])
    allow(role, ["apigateway:GET"], [_resource(role, "/usageplans")])
    allow(role, ["apigateway:POST"], [_resource(role, "/usageplans/*/keys")], wildcard_reason=_NOT_KNOWN_YET)
    allow(role, ["apigateway:DELETE"], [_resource(role, "/usageplans/*/keys/*")], wildcard_reason=_NOT_KNOWN_YET)
    allow_key_deletion(role)


def allow_key_deletion(role: iam.Role) -> None:
    """Give a role to delete keys; it may read none, since reading one gives its value."""
    allow(role, ["apigateway:DELETE"], [_resource(role, "/apikeys/*")], wildcard_reason=_MADE_LATER)


def _resource(scope: IConstruct, path: str) -> str:
    stack = cdk.Stack.of(scope)
    return f"arn:{stack.partition}:apigateway:{stack.region}::{path}"
