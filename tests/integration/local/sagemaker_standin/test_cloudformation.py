"""CloudFormation makes, changes and removes SageMaker's resources."""

import json
from typing import Any

from botocore.exceptions import ClientError

from tests.integration.local.sagemaker_standin.standin_cloud import Cloud, Eventually

TYPES = "AWS::SageMaker::"


def template(url: str, role: str) -> str:
    variant = {
        "VariantName": "All",
        "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
        "InitialInstanceCount": "1",
        "InstanceType": "ml.m5.large",
        "InitialVariantWeight": "1",
    }
    resources = {
        "Model": {
            "Type": f"{TYPES}Model",
            "Properties": {"ExecutionRoleArn": role, "PrimaryContainer": {"Image": "image", "ModelDataUrl": url}},
        },
        "Config": {"Type": f"{TYPES}EndpointConfig", "Properties": {"ProductionVariants": [variant]}},
        "Endpoint": {
            "Type": f"{TYPES}Endpoint",
            "Properties": {
                "EndpointName": "from-template",
                "EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]},
            },
        },
    }
    outputs = {
        "Endpoint": {"Value": {"Ref": "Endpoint"}},
        "Name": {"Value": {"Fn::GetAtt": ["Endpoint", "EndpointName"]}},
        "Config": {"Value": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}},
        "Model": {"Value": {"Ref": "Model"}},
    }
    return json.dumps({"Resources": resources, "Outputs": outputs})


def outputs(cloudformation: Any, name: str) -> dict[str, str]:
    return {
        o["OutputKey"]: o["OutputValue"] for o in cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    }


def test_stack_of_model_configuration_and_endpoint_lives_its_life(
    cloud: Cloud, bucket: str, role: str, eventually: Eventually
) -> None:
    cloudformation, sagemaker = cloud.client("cloudformation"), cloud.client("sagemaker")
    urls = [f"s3://{bucket}/{cloud.model(bucket, role, bias)}.tar.gz" for bias in (7, 8)]

    def status() -> str:
        try:
            return str(cloudformation.describe_stacks(StackName="serving")["Stacks"][0]["StackStatus"])
        except ClientError:
            return "DELETE_COMPLETE"

    cloudformation.create_stack(StackName="serving", TemplateBody=template(urls[0], role))
    eventually(lambda: status() == "CREATE_COMPLETE")
    made = outputs(cloudformation, "serving")
    assert made["Endpoint"] == "arn:aws:sagemaker:us-east-1:000000000000:endpoint/from-template"
    assert made["Name"] == "from-template"
    assert cloud.ask("from-template", 0)["bias"] == 7

    cloudformation.update_stack(StackName="serving", TemplateBody=template(urls[1], role))
    eventually(lambda: status() == "UPDATE_COMPLETE")
    changed = outputs(cloudformation, "serving")
    assert cloud.ask("from-template", 0)["bias"] == 8
    assert changed["Model"] != made["Model"]
    assert changed["Config"] != made["Config"]
    eventually(lambda: made["Config"] not in config_names(sagemaker))

    cloudformation.update_stack(StackName="serving", TemplateBody=template(f"s3://{bucket}/none.tar.gz", role))
    eventually(lambda: status() == "UPDATE_ROLLBACK_COMPLETE")
    assert cloud.ask("from-template", 0)["bias"] == 8

    cloudformation.delete_stack(StackName="serving")
    eventually(lambda: status() == "DELETE_COMPLETE")
    names = [e["EndpointName"] for e in sagemaker.list_endpoints(NameContains="from-template")["Endpoints"]]
    assert names == []
    assert changed["Config"] not in config_names(sagemaker)
    assert sagemaker.list_models(NameContains="serving-Model")["Models"] == []


def test_endpoint_that_fails_fails_its_stack_and_leaves_nothing(
    cloud: Cloud, bucket: str, role: str, eventually: Eventually
) -> None:
    cloudformation = cloud.client("cloudformation")
    body = template(f"s3://{bucket}/none.tar.gz", role).replace("from-template", "never-up")
    cloudformation.create_stack(StackName="broken", TemplateBody=body)
    eventually(
        lambda: cloudformation.describe_stacks(StackName="broken")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    )
    reasons = [
        e.get("ResourceStatusReason", "")
        for e in cloudformation.describe_stack_events(StackName="broken")["StackEvents"]
    ]
    assert any("Failed to download model data" in reason for reason in reasons)
    assert cloud.client("sagemaker").list_endpoints(NameContains="never-up")["Endpoints"] == []


def config_names(sagemaker: Any) -> list[str]:
    return [c["EndpointConfigName"] for c in sagemaker.list_endpoint_configs(MaxResults=100)["EndpointConfigs"]]
