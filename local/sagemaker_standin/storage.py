"""S3 as a job or an endpoint sees it: channels in, archives out, all with the role's own credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from local.sagemaker_standin.errors import JobError
from local.sagemaker_standin.state import Document


def split_uri(uri: str) -> tuple[str, str]:
    """Split ``s3://bucket/key`` into bucket and key.

    Raises:
        JobError: The text is no S3 URI.
    """
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc:
        raise JobError(f"ClientError: {uri!r} is not an S3 URI of the form s3://bucket/key")
    return parts.netloc, parts.path.lstrip("/")


def fetch(s3: Any, uri: str, target: Path) -> None:
    """Download one object.

    Raises:
        JobError: The object is not there, or the role may not read it.
    """
    bucket, key = split_uri(uri)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        s3.download_file(bucket, key, str(target))
    except (ClientError, BotoCoreError) as error:
        raise JobError(f"ClientError: Data download failed: {uri}: {_reason(error)}") from error


def store(s3: Any, source: Path, uri: str) -> None:
    """Upload one file.

    Raises:
        JobError: The role may not write there.
    """
    bucket, key = split_uri(uri)
    try:
        s3.upload_file(str(source), bucket, key)
    except (ClientError, BotoCoreError, Boto3Error, OSError) as error:
        raise JobError(f"ClientError: Artifact upload failed: {uri}: {_reason(error)}") from error


def fetch_channel(s3: Any, channel: Document, directory: Path, role_arn: str) -> None:
    """Download a channel of a training job into its folder.

    ``S3Prefix`` brings every object whose key begins with the prefix, under its name below the prefix.
    ``ManifestFile`` brings the objects that the manifest lists: ``[{"prefix": "s3://..."}, "name", ...]``.

    Raises:
        JobError: Nothing is there, the role may not read it, or a key would leave the folder.
    """
    source = channel["DataSource"]["S3DataSource"]
    uri = source["S3Uri"]
    directory.mkdir(parents=True, exist_ok=True)
    if source["S3DataType"] == "ManifestFile":
        listed = list(_manifest(s3, uri, directory))
    else:
        bucket, _ = split_uri(uri)
        try:
            listed = list(_prefix(s3, uri))
        except (ClientError, BotoCoreError) as error:
            raise JobError(_no_objects(uri, bucket, role_arn, _reason(error))) from error
        if not listed:
            raise JobError(_no_objects(uri, bucket, role_arn, ""))
    _fetch_all(s3, listed, directory)


def fetch_folder(s3: Any, uri: str, directory: Path) -> None:
    """Download what lies under a prefix, which may be nothing.

    Raises:
        JobError: The role may not read it, or a key would leave the folder.
    """
    directory.mkdir(parents=True, exist_ok=True)
    try:
        listed = list(_prefix(s3, uri))
    except (ClientError, BotoCoreError) as error:
        raise JobError(f"ClientError: Data download failed: {uri}: {_reason(error)}") from error
    _fetch_all(s3, listed, directory)


def _fetch_all(s3: Any, listed: list[tuple[str, str]], directory: Path) -> None:
    for object_uri, name in listed:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise JobError(f"ClientError: {object_uri} would be written outside its channel's folder")
        fetch(s3, object_uri, directory / path)


def _prefix(s3: Any, uri: str) -> Iterator[tuple[str, str]]:
    bucket, prefix = split_uri(uri)
    folder = prefix if prefix.endswith("/") else f"{prefix}/"
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            key = item["Key"]
            if not key.endswith("/"):
                below = key.removeprefix(folder) if key.startswith(folder) or not prefix else key.rsplit("/", 1)[-1]
                yield f"s3://{bucket}/{key}", below


def _manifest(s3: Any, uri: str, directory: Path) -> Iterator[tuple[str, str]]:
    local = directory.parent / f"{directory.name}-manifest"
    fetch(s3, uri, local)
    try:
        head, *names = json.loads(local.read_text(encoding="utf-8"))
        prefix = str(head["prefix"])
    except (ValueError, KeyError, TypeError) as error:
        raise JobError(f"ClientError: {uri} is not a manifest ({error}); it begins with a prefix object") from error
    for name in names:
        yield f"{prefix}{name}", str(name)


def _no_objects(uri: str, bucket: str, role_arn: str, reason: str) -> str:
    return (
        f'ClientError: No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure that the '
        f'bucket exists, that objects exist under that S3 prefix, and that the role "{role_arn}" has '
        f'"s3:ListBucket" permissions on bucket "{bucket}".' + (f" Error message from S3: {reason}" if reason else "")
    )


def _reason(error: Exception) -> str:
    if isinstance(error, ClientError):
        found = error.response["Error"]
        return f"{found.get('Code')}: {found.get('Message')}"
    return str(error)
