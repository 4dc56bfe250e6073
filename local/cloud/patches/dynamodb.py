"""Tables that CloudFormation makes keep all their properties."""

from ministack.services import dynamodb

from local.cloud.patches.cloudformation import Properties, apply_after, require_success
from local.sagemaker_standin.patching import private


def keep_table_properties() -> None:
    """CloudFormation drops a table's time to live, point-in-time recovery and encryption without a word.

    They are set through DynamoDB's own calls after each create and update.
    """
    apply_after("AWS::DynamoDB::Table", _set_table_properties)


def _set_table_properties(name: str, properties: Properties, earlier: Properties) -> None:
    lifetime = properties.get("TimeToLiveSpecification")
    if lifetime is None and "TimeToLiveSpecification" in earlier:
        lifetime = {**earlier["TimeToLiveSpecification"], "Enabled": False}
    if lifetime is not None:
        request = {"TableName": name, "TimeToLiveSpecification": lifetime}
        require_success(private(dynamodb, "_update_ttl")(request), f"time to live of {name}")
    recovery = properties.get("PointInTimeRecoverySpecification") or {"PointInTimeRecoveryEnabled": False}
    request = {"TableName": name, "PointInTimeRecoverySpecification": recovery}
    require_success(private(dynamodb, "_update_continuous_backups")(request), f"point-in-time recovery of {name}")
    encryption = properties.get("SSESpecification")
    if encryption is not None:
        # CloudFormation says SSEEnabled where DynamoDB says Enabled.
        specification = {"Enabled": encryption.get("SSEEnabled", False)} | {
            key: value for key, value in encryption.items() if key != "SSEEnabled"
        }
        table = private(dynamodb, "_tables")[name]
        table["SSEDescription"] = private(dynamodb, "_sse_description_from_spec")(specification)
