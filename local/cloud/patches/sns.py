"""Topics that CloudFormation makes keep their key."""

from ministack.services import sns

from local.cloud.patches.cloudformation import Properties, apply_after
from local.sagemaker_standin.patching import private


def keep_topic_key() -> None:
    """CloudFormation drops a topic's KMS key without a word, so GetTopicAttributes shows a topic in plain text."""
    apply_after("AWS::SNS::Topic", _set_topic_key)


def _set_topic_key(arn: str, properties: Properties, _: Properties) -> None:
    attributes = private(sns, "_topics")[arn]["attributes"]
    key = properties.get("KmsMasterKeyId")
    if key:
        attributes["KmsMasterKeyId"] = key
    else:
        attributes.pop("KmsMasterKeyId", None)
