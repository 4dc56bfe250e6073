"""What every stage promises as a whole."""

import json
from pathlib import Path

import pytest

from tests.infra.synthesis import ROOT, Synthesis, run_app

OUTPUTS = {
    "ApiId",
    "ApiStageName",
    "ApiUrl",
    "UserPoolId",
    "UserPoolClientId",
    "UploadsBucketName",
    "ArtifactsBucketName",
    "BackupsBucketName",
    "LakeBucketName",
    "LakeDatabaseName",
    "LakeWorkGroupName",
    "QuarantineQueueUrl",
    "TrainingStateMachineArn",
    "BackfillStateMachineArn",
    "CompactionStateMachineArn",
    "BackupStateMachineArn",
    "RestoreStateMachineArn",
    "ForecastFunctionName",
    "IngestFunctionName",
    "VerifyFunctionName",
    "EndpointName",
    "ObservationsTableName",
    "WeatherTableName",
    "ForecastsTableName",
    "VerificationTableName",
    "StationsTableName",
    "FilesTableName",
    "ModelsTableName",
    "ApiKeyIdFree",
    "ApiKeyIdBasic",
    "ApiKeyIdPro",
    "ApiKeyIdEnterprise",
    "DriftFunctionName",
    "ExpireFunctionName",
    "DeploymentStateMachineArn",
    "RollbackStateMachineArn",
    "SmokeFunctionName",
    "AccountsTableName",
    "AuditTableName",
    "JobsTableName",
    "ResultsBucketName",
    "UsageTableName",
}
KEEP_DATA = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::KMS::Key")
# A circuit's state, copies that are compared, and the key of the cursors: nothing is lost with them.
EXPENDABLE = ("StorageScratch", "StorageCircuits", "StorageRequests", "ApiCursorKey")
CARRIES_TAGS = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::IAM::Role", "AWS::KMS::Key")


def test_needs_no_account_no_region_and_no_docker(stage: Synthesis) -> None:
    stack = stage.manifest["artifacts"][f"GeoClimate-{stage.stage}"]
    assert stack["environment"] == "aws://unknown-account/unknown-region"
    assert "missing" not in stage.manifest
    assert not (ROOT / "cdk.context.json").exists()
    published = json.loads((stage.folder / f"GeoClimate-{stage.stage}.assets.json").read_text())
    assert published["dockerImages"] == {}


def test_every_finding_of_cdk_nag_is_answered(stage: Synthesis) -> None:
    report = json.loads((stage.folder / "validation-report.json").read_text())
    assert report["pluginReports"] == []


def test_gives_the_outputs_that_the_tools_read(stage: Synthesis) -> None:
    assert stage.template["Outputs"].keys() == OUTPUTS


def test_a_second_synthesis_is_the_same(local: Synthesis, tmp_path: Path) -> None:
    again = run_app("local", tmp_path)
    assert again.returncode == 0, again.stderr
    assert json.loads((tmp_path / "GeoClimate-local.template.json").read_text()) == local.template


def test_holds_no_secret_and_no_custom_resource(stage: Synthesis) -> None:
    kinds = {each["Type"] for each in stage.resources.values()}
    assert not [kind for kind in kinds if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"]
    for properties in stage.of_type("AWS::ApiGateway::ApiKey").values():
        assert "Value" not in properties


@pytest.mark.parametrize("kind", CARRIES_TAGS)
def test_tags_say_project_and_stage(stage: Synthesis, kind: str) -> None:
    for name, properties in stage.of_type(kind).items():
        tags = {tag["Key"]: tag["Value"] for tag in properties["Tags"]}
        assert tags == {"project": "geoclimate", "stage": stage.stage}, name


@pytest.mark.parametrize("kind", KEEP_DATA)
def test_prod_keeps_its_data_when_the_stack_goes(prod: Synthesis, kind: str) -> None:
    kept = {
        name: each["DeletionPolicy"]
        for name, each in prod.resources.items()
        if each["Type"] == kind and not name.startswith(EXPENDABLE)
    }
    assert kept
    assert set(kept.values()) == {"Retain"}


@pytest.mark.parametrize("kind", KEEP_DATA)
def test_local_and_dev_go_without_a_trace(local: Synthesis, dev: Synthesis, kind: str) -> None:
    for synthesis in (local, dev):
        policies = {each.get("DeletionPolicy") for each in synthesis.resources.values() if each["Type"] == kind}
        assert policies == {"Delete"}


def test_only_prod_is_protected_from_being_destroyed(local: Synthesis, dev: Synthesis, prod: Synthesis) -> None:
    protected = {
        synthesis.stage: synthesis.manifest["artifacts"][f"GeoClimate-{synthesis.stage}"]["properties"].get(
            "terminationProtection", False
        )
        for synthesis in (local, dev, prod)
    }
    assert protected == {"local": False, "dev": False, "prod": True}


def test_logs_are_kept_as_long_as_the_stage_says(stage: Synthesis) -> None:
    days = {each["RetentionInDays"] for each in stage.of_type("AWS::Logs::LogGroup").values()}
    assert days == {{"local": 7, "dev": 30, "prod": 365}[stage.stage]}


def test_refuses_a_stage_that_does_not_exist_in_one_line(tmp_path: Path) -> None:
    outcome = run_app("production", tmp_path)
    assert outcome.returncode == 1
    assert "error: there is no stage 'production': use -c stage=<one of local, dev, prod>" in outcome.stderr
    assert "Traceback" not in outcome.stderr
