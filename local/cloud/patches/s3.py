"""Buckets that CloudFormation makes keep all their properties, and go only when they are empty."""

from typing import Any
from xml.etree import ElementTree as ET

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from local.cloud.patches.cloudformation import Properties, apply_after, require_success
from local.sagemaker_standin.patching import private

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def keep_bucket_properties() -> None:
    """CloudFormation drops a bucket's encryption, lifecycle, tags, ownership and access logging without a word.

    They are set through S3's own calls after each create and update, so that a client reads what the template says.
    """
    apply_after("AWS::S3::Bucket", _set_bucket_properties)


def keep_buckets_with_objects() -> None:
    """CloudFormation deletes a bucket that still holds objects, and leaves their files for the next start to find.

    AWS refuses it, and so does S3's own DeleteBucket, which is called instead.
    """
    handler = private(provisioners, "_RESOURCE_HANDLERS")["AWS::S3::Bucket"]
    delete_bucket = private(s3, "_delete_bucket")
    buckets = private(s3, "_buckets")

    def delete(name: str, _: Properties) -> None:
        if name in buckets:
            require_success(delete_bucket(name), f"bucket {name}")

    handler["delete"] = delete


def _set_bucket_properties(name: str, properties: Properties, earlier: Properties) -> None:
    for key, put, render, store in (
        ("BucketEncryption", "_put_bucket_encryption", _encryption, "_bucket_encryption"),
        ("LifecycleConfiguration", "_put_bucket_lifecycle", _lifecycle, "_bucket_lifecycle"),
        ("Tags", "_put_bucket_tagging", _tagging, "_bucket_tags"),
        ("LoggingConfiguration", "_put_bucket_logging", _logging, "_bucket_logging_config"),
        ("OwnershipControls", "_put_bucket_ownership_controls", _ownership, None),
    ):
        if properties.get(key):
            document = ET.tostring(render(properties[key]), encoding="utf-8")
            require_success(private(s3, put)(name, document), f"{key} of bucket {name}")
        elif key in earlier and store is not None:
            private(s3, store).pop(name, None)


def _element(tag: str, content: Any) -> ET.Element:
    """An XML element of a mapping; a list in it repeats its tag, and a None is left out."""
    element = ET.Element(tag)
    if not isinstance(content, dict):
        element.text = str(content).lower() if isinstance(content, bool) else str(content)
        return element
    for key, value in content.items():
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                element.append(_element(key, item))
    return element


def _document(tag: str, content: dict[str, Any]) -> ET.Element:
    root = _element(tag, content)
    root.set("xmlns", _NAMESPACE)
    return root


def _encryption(encryption: Properties) -> ET.Element:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault"),
            "BucketKeyEnabled": rule.get("BucketKeyEnabled"),
        }
        for rule in encryption["ServerSideEncryptionConfiguration"]
    ]
    return _document("ServerSideEncryptionConfiguration", {"Rule": rules})


def _lifecycle(lifecycle: Properties) -> ET.Element:
    return _document("LifecycleConfiguration", {"Rule": [_lifecycle_rule(rule) for rule in lifecycle["Rules"]]})


def _lifecycle_rule(rule: Properties) -> dict[str, Any]:
    conditions: dict[str, Any] = {
        "Prefix": rule.get("Prefix"),
        "Tag": rule.get("TagFilters"),
        "ObjectSizeGreaterThan": rule.get("ObjectSizeGreaterThan"),
        "ObjectSizeLessThan": rule.get("ObjectSizeLessThan"),
    }
    given = {key: value for key, value in conditions.items() if value}
    several = len(given) > 1 or len(rule.get("TagFilters") or []) > 1
    expiration = {
        "Days": rule.get("ExpirationInDays"),
        "Date": rule.get("ExpirationDate"),
        "ExpiredObjectDeleteMarker": rule.get("ExpiredObjectDeleteMarker"),
    }
    noncurrent = rule.get("NoncurrentVersionExpiration") or {}
    if "NoncurrentVersionExpirationInDays" in rule:
        noncurrent = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    return {
        "ID": rule.get("Id"),
        "Filter": ({"And": given} if several else given) or {"Prefix": ""},
        "Status": rule["Status"],
        "Transition": [
            {
                "Days": transition.get("TransitionInDays"),
                "Date": transition.get("TransitionDate"),
                "StorageClass": transition["StorageClass"],
            }
            for transition in rule.get("Transitions") or []
        ],
        "Expiration": expiration if any(expiration.values()) else None,
        "NoncurrentVersionExpiration": noncurrent or None,
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
    }


def _tagging(tags: list[Properties]) -> ET.Element:
    return _document("Tagging", {"TagSet": {"Tag": [{"Key": tag["Key"], "Value": tag["Value"]} for tag in tags]}})


def _logging(logging: Properties) -> ET.Element:
    target = {"TargetBucket": logging.get("DestinationBucketName"), "TargetPrefix": logging.get("LogFilePrefix", "")}
    return _document("BucketLoggingStatus", {"LoggingEnabled": target})


def _ownership(ownership: Properties) -> ET.Element:
    return _document("OwnershipControls", {"Rule": ownership["Rules"]})
