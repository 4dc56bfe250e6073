"""Training and serving: which machines, which containers, which source."""

import base64
import json
import re
import tarfile
from dataclasses import replace

import pytest

from cdk.config import stage_named
from tests.infra.synthesis import ROOT, Synthesis, written

INSTANCES = {
    # stage: training, endpoint
    "local": ("ml.m5.large", "ml.m5.large"),
    "dev": ("ml.m5.xlarge", "ml.c5.large"),
    "prod": ("ml.g5.xlarge", "ml.g5.xlarge"),
}


def substitutions(synthesis: Synthesis) -> dict[str, str]:
    """Those of both workflows, which agree on the names that they share."""
    found: dict[str, str] = {}
    for start in ("TrainingWorkflow", "TrainingDeploymentWorkflow"):
        _, machine = synthesis.only("AWS::StepFunctions::StateMachine", start)
        given = {name: written(value) for name, value in machine["DefinitionSubstitutions"].items()}
        assert all(found.get(name, value) == value for name, value in given.items())
        found |= given
    return found


def test_instances_are_the_stage_s_and_prod_has_a_gpu(stage: Synthesis) -> None:
    given = substitutions(stage)
    assert (given["TrainingInstanceType"], given["EndpointInstanceType"]) == INSTANCES[stage.stage]
    assert given["EndpointInstanceCount"] == "1"


def test_one_instance_trains_a_network_until_a_stage_names_more(stage: Synthesis) -> None:
    assert substitutions(stage)["TrainingInstances"] == "1"


@pytest.mark.parametrize("count", [0, -1])
def test_refuses_a_stage_that_trains_on_no_instance(count: int) -> None:
    with pytest.raises(ValueError, match=rf"training.instances is {count}: .* 1 instance or more"):
        replace(stage_named("dev").training, instances=count)


@pytest.mark.parametrize(
    ("name", "repository"), [("TrainingImage", "pytorch-training"), ("InferenceImage", "pytorch-inference")]
)
def test_containers_are_aws_s_own_for_the_kind_of_instance(stage: Synthesis, name: str, repository: str) -> None:
    registry, _, image = substitutions(stage)[name].partition("/")
    assert registry == "<DlcRepositoryAccountMap>.dkr.ecr.<AWS::Region>.<AWS::URLSuffix>"
    kind = "gpu" if stage.stage == "prod" else "cpu"
    assert image.startswith(f"{repository}:")
    assert f"-{kind}-" in image
    assert image.endswith("-sagemaker")


def test_the_registry_is_looked_up_by_region_in_the_template(stage: Synthesis) -> None:
    accounts = stage.template["Mappings"]["DlcRepositoryAccountMap"]
    assert accounts["us-east-1"] == {"value": "763104351884"}
    assert accounts["eu-central-1"] == {"value": "763104351884"}
    assert accounts["eu-south-1"] == {"value": "692866216735"}


def test_hyperparameters_arrive_as_strings(stage: Synthesis) -> None:
    given = json.loads(base64.b64decode(substitutions(stage)["Hyperparameters"]))
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in given.items())


def test_in_the_cloud_training_runs_on_spot_instances_and_may_wait_for_them(stage: Synthesis) -> None:
    given = substitutions(stage)
    limits = json.loads(base64.b64decode(given["TrainingStoppingCondition"]))
    assert given["ManagedSpot"] == ("false" if stage.stage == "local" else "true")
    assert limits["MaxRuntimeInSeconds"] == int(given["TrainingMaxRuntimeSeconds"])
    if stage.stage == "local":
        assert "MaxWaitTimeInSeconds" not in limits
    else:
        assert limits["MaxRuntimeInSeconds"] < limits["MaxWaitTimeInSeconds"] <= 86_400


def test_the_code_s_digest_is_its_asset_s(stage: Synthesis) -> None:
    given = substitutions(stage)
    assert given["CodeDigest"] in given["SourceUri"]
    assert re.fullmatch("[0-9a-f]{64}", given["CodeDigest"])


def test_names_start_with_the_stage_so_that_stages_share_an_account(stage: Synthesis) -> None:
    given = substitutions(stage)
    assert given["NamePrefix"] == f"geoclimate-{stage.stage}"
    assert given["EndpointName"] == f"geoclimate-{stage.stage}-forecast"


def test_functions_ask_the_endpoint_that_the_workflow_deploys(stage: Synthesis) -> None:
    for start in ("TrainingSmoke", "ForecastingForecast"):
        _, function = stage.only("AWS::Lambda::Function", start)
        assert function["Environment"]["Variables"]["GEOCLIMATE_ENDPOINT_NAME"] == substitutions(stage)["EndpointName"]


def test_the_source_holds_what_the_containers_need_and_nothing_of_aws(stage: Synthesis) -> None:
    uri = substitutions(stage)["SourceUri"]
    with tarfile.open(stage.asset(uri.rpartition("/")[2]), "r:gz") as archive:
        members = archive.getmembers()
        names = [member.name for member in members]
        requirements = archive.extractfile("requirements.txt")
        assert requirements is not None
        pins = requirements.read().decode().splitlines()
    assert names == sorted(names)
    assert {"geoclimate/__init__.py", "geoclimate/domain/errors.py", "geoclimate_ml/__init__.py"} <= set(names)
    assert {name.split("/")[1] for name in names if name.startswith("geoclimate/")} == {
        "__init__.py",
        "py.typed",
        "domain",
        "features",
        "contracts",
    }
    assert {(member.mtime, member.uid, member.gid, member.uname) for member in members} == {(0, 0, 0, "")}
    lock = (ROOT / "requirements.lock").read_text().splitlines()
    assert pins
    assert set(pins) <= set(lock)
    assert not [pin for pin in pins if pin.startswith(("torch", "numpy", "boto"))]
