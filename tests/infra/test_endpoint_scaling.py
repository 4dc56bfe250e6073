"""The endpoint's instances follow the load, in prod."""

from tests.infra.synthesis import Synthesis, listed, written
from tests.infra.test_workflows import definition_of


def test_only_prod_scales(local: Synthesis, dev: Synthesis, prod: Synthesis) -> None:
    scaling = [
        bool([name for name in synthesis.resources if name.startswith("EndpointScaling")])
        for synthesis in (local, dev, prod)
    ]
    assert scaling == [False, False, True]


def test_the_target_is_the_endpoint_s_variant_between_one_and_four_instances(prod: Synthesis) -> None:
    _, machine = prod.only("AWS::StepFunctions::StateMachine", "EndpointScalingWorkflow")
    assert machine["DefinitionSubstitutions"] == {
        "ResourceId": "endpoint/geoclimate-prod-forecast/variant/AllTraffic",
        "PolicyName": "geoclimate-prod-forecast-invocations",
        "MinInstances": "1",
        "MaxInstances": "4",
        "InvocationsPerInstance": "60",
    }


def test_the_policy_tracks_invocations_an_instance(prod: Synthesis) -> None:
    states = definition_of(prod, "scaling")["States"].values()
    (policy,) = [state["Parameters"] for state in states if state.get("Resource", "").endswith("putScalingPolicy")]
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert policy["PolicyType"] == "TargetTrackingScaling"
    assert tracking["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
    }


def test_it_starts_when_the_endpoint_comes_into_service(prod: Synthesis) -> None:
    machine, _ = prod.only("AWS::StepFunctions::StateMachine", "EndpointScalingWorkflow")
    _, rule = prod.only("AWS::Events::Rule", "EndpointScaling")
    assert rule["EventPattern"] == {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Endpoint State Change"],
        "detail": {"EndpointName": ["geoclimate-prod-forecast"], "EndpointStatus": ["IN_SERVICE"]},
    }
    assert [target["Arn"] for target in rule["Targets"]] == [{"Ref": machine}]


def test_it_may_scale_sagemaker_and_nothing_else(prod: Synthesis) -> None:
    (statement,) = [
        each
        for each in prod.statements("EndpointScalingWorkflowRole")
        if "application-autoscaling:PutScalingPolicy" in listed(each["Action"])
    ]
    assert statement["Condition"] == {"StringEquals": {"application-autoscaling:service-namespace": "sagemaker"}}
    assert written(statement["Resource"]).endswith(":scalable-target/*")


def test_it_may_make_what_application_auto_scaling_asks_of_its_caller(prod: Synthesis) -> None:
    """Its service-linked role, the first time in an account, and the two alarms of the policy."""
    statements = {
        action: statement
        for statement in prod.statements("EndpointScalingWorkflowRole")
        for action in listed(statement["Action"])
    }
    role = statements["iam:CreateServiceLinkedRole"]
    assert written(role["Resource"]).endswith(
        ":role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/"
        "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
    )
    assert role["Condition"] == {
        "StringEquals": {"iam:AWSServiceName": "sagemaker.application-autoscaling.amazonaws.com"}
    }
    for action in ("cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"):
        assert written(statements[action]["Resource"]).endswith(
            ":alarm:TargetTracking-endpoint/geoclimate-prod-forecast/variant/AllTraffic-*"
        )
