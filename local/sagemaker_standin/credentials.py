"""Roles: who may be assumed, and the temporary credentials that a job or an endpoint works with.

Everything that SageMaker does for a job in the cloud (read its channels, write its artifacts and its logs) it does
as the job's role. So does the stand-in, through MiniStack's STS: with ``AUTH=true`` a missing grant is a real
AccessDenied.
"""

from __future__ import annotations

import json
from typing import Any

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from ministack.services import iam

from local.sagemaker_standin.arns import scope_of
from local.sagemaker_standin.errors import RoleError, invalid
from local.sagemaker_standin.patching import private

_PRINCIPAL = "sagemaker.amazonaws.com"
# The longest session that a role may allow; a serving process that uses AWS for longer must be updated.
_SESSION_SECONDS = 43_200
# Parsing the service models is most of what a new client costs; all sessions share one copy.
_LOADER = botocore.loaders.create_loader()


def require_assumable(role_arn: str) -> None:
    """Check that a role exists and trusts SageMaker, as the Create calls do.

    Raises:
        ServiceError: ValidationException, with SageMaker's words.
    """
    account, name = scope_of(role_arn).account, role_arn.rsplit("/", 1)[-1]
    role = private(iam, "_roles").get_scoped(account, None, name)
    if role is None or not _trusts_sagemaker(role.get("AssumeRolePolicyDocument", "{}")):
        raise invalid(
            f"Could not assume role {role_arn}. Please ensure that the role exists and allows principal "
            f"'{_PRINCIPAL}' to assume the role."
        )


def _trusts_sagemaker(document: str | dict[str, Any]) -> bool:
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy.get("Statement", [])
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        named = [services] if isinstance(services, str) else services
        if statement.get("Effect") == "Allow" and _PRINCIPAL in named:
            return True
    return False


def role_session(role_arn: str, session_name: str, region: str, endpoint_url: str) -> boto3.Session:
    """Give a session with temporary credentials of a role.

    Args:
        role_arn: The role.
        session_name: What the credentials show as their session.
        region: The region that the session works in.
        endpoint_url: Where MiniStack serves.

    Raises:
        RoleError: STS refuses.
    """
    # MiniStack's root, used for nothing but assuming the role that the caller named.
    sts = client(_session(region, "test", "test", None), "sts", endpoint_url)
    try:
        answer = sts.assume_role(RoleArn=role_arn, RoleSessionName=session_name[:64], DurationSeconds=_SESSION_SECONDS)
    except ClientError as error:
        raise RoleError(str(error)) from error
    keys = answer["Credentials"]
    return _session(region, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def client(session: boto3.Session, service: str, endpoint_url: str) -> Any:
    """Give a client of a MiniStack service that retries little: the service is in this process."""
    config = Config(retries={"total_max_attempts": 2, "mode": "standard"}, s3={"addressing_style": "path"})
    return session.client(service, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload]  # the name is a variable


def environment(session: boto3.Session, endpoint_url: str) -> dict[str, str]:
    """Give the variables that make a child process work as the session's role, at MiniStack.

    Raises:
        RoleError: The session has no credentials.
    """
    keys = session.get_credentials()
    if keys is None:
        raise RoleError("the session has no credentials")
    return {
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_SESSION_TOKEN": keys.token or "",
        "AWS_REGION": session.region_name,
        "AWS_DEFAULT_REGION": session.region_name,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _session(region: str, access_key: str, secret_key: str, token: str | None) -> boto3.Session:
    base = botocore.session.Session()
    base.register_component("data_loader", _LOADER)
    return boto3.Session(
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        aws_session_token=token,
        region_name=region,
        botocore_session=base,
    )
