"""What a stage has in SageMaker is pruned with the rights of the function, while its endpoint serves."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from geoclimate.adapters.sagemaker_hosting import SageMakerHosting
from geoclimate.contracts.workflows import PruneRequest, PruneResult
from geoclimate.domain.models import RegistryStage
from geoclimate.services.prune_hosting import prune_hosting
from tests.integration.local.sagemaker_standin.standin_cloud import Cloud
from tests.workflow_fakes import NOW, RegistryInMemory, record

ARN = "arn:aws:sagemaker:*:*:"


def may_prune(prefix: str) -> list[dict[str, Any]]:
    """As `tests/infra/test_roles.py` pins it for the stack."""
    return [
        {"Effect": "Allow", "Action": f"sagemaker:{action}", "Resource": resource}
        for action, resource in (
            ("DescribeEndpoint", f"{ARN}endpoint/{prefix}-forecast"),
            ("DescribeEndpointConfig", f"{ARN}endpoint-config/{prefix}-*"),
            ("DeleteEndpointConfig", f"{ARN}endpoint-config/{prefix}-*"),
            ("DeleteModel", f"{ARN}model/{prefix}-*"),
            ("ListEndpointConfigs", "*"),
            ("ListModels", "*"),
        )
    ]


class Stage:
    """A stage that has deployed versions one after the other."""

    def __init__(self, cloud: Cloud, bucket: str, role: str) -> None:
        self.prefix = f"geoclimate-{uuid.uuid4().hex[:8]}"
        self._cloud, self._bucket, self._role = cloud, bucket, role
        self.sagemaker = cloud.client("sagemaker")
        self.hosting = SageMakerHosting(
            cloud.client("sagemaker", cloud.user(*may_prune(self.prefix))), f"{self.prefix}-forecast", self.prefix
        )
        self.versions = [self._deployed(number) for number in range(6)]
        self._configuration(f"{self.prefix}-canary-1", self.versions[4:])
        self.sagemaker.create_endpoint(EndpointName=f"{self.prefix}-forecast", EndpointConfigName=self.versions[-1])
        cloud.settled(f"{self.prefix}-forecast")

    def _deployed(self, number: int) -> str:
        version = f"{self.prefix}-2026010{number + 1}"
        model = self.sagemaker.describe_model(ModelName=self._cloud.model(self._bucket, self._role, number))
        self.sagemaker.create_model(
            ModelName=version, PrimaryContainer=model["PrimaryContainer"], ExecutionRoleArn=self._role
        )
        self._configuration(version, [version])
        return version

    def _configuration(self, name: str, models: list[str]) -> None:
        variants = [
            {"VariantName": f"V{n}", "ModelName": each, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
            for n, each in enumerate(models)
        ]
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)

    def prune(self, days_later: int = 2) -> PruneResult:
        *former, production = (
            replace(record(version, RegistryStage.RETIRED), promoted_at=NOW + dt.timedelta(days=day))
            for day, version in enumerate(self.versions)
        )
        registry = RegistryInMemory([*former, replace(production, stage=RegistryStage.PRODUCTION)])
        return prune_hosting(
            PruneRequest(target="pm25"),
            registry=registry,
            hosting=self.hosting,
            clock=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=days_later),
        )


@pytest.fixture(scope="module")
def stage(cloud: Cloud, bucket: str, role: str) -> Stage:
    return Stage(cloud, bucket, role)


def test_old_versions_and_trials_go_and_the_last_three_can_still_be_put_back(stage: Stage, cloud: Cloud) -> None:
    endpoint, versions = f"{stage.prefix}-forecast", stage.versions
    result = stage.prune()
    assert set(result.configurations) == {*versions[:2], f"{stage.prefix}-canary-1"}
    assert set(result.models) == set(versions[:2])
    assert {each.name for each in stage.hosting.configurations()} == set(stage.hosting.models()) == set(versions[2:])
    assert cloud.ask(endpoint, "serves")["bias"] == 5
    for number in (4, 2):
        stage.sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=versions[number])
        assert cloud.settled(endpoint)["EndpointStatus"] == "InService"
        assert cloud.ask(endpoint, "came back")["bias"] == number
    assert stage.prune() == PruneResult()


def test_nothing_of_another_stage_may_be_deleted(stage: Stage, cloud: Cloud, bucket: str, role: str) -> None:
    foreign = cloud.model(bucket, role)
    with pytest.raises(ClientError, match="not authorized"):
        stage.hosting.delete_model(foreign)
