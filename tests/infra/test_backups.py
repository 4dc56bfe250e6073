"""Backups: signed with a key that nobody can read."""

import pytest

from tests.infra.synthesis import Synthesis


def test_manifests_are_signed_with_a_key_that_never_leaves_kms(stage: Synthesis) -> None:
    _, key = stage.only("AWS::KMS::Key", "BackupsSigningKey")
    assert key["KeySpec"] == "HMAC_256"
    assert key["KeyUsage"] == "GENERATE_VERIFY_MAC"


def test_who_writes_or_collects_the_exports_cannot_sign_them(stage: Synthesis) -> None:
    assert not stage.actions_on("BackupsBackupWorkflowRole", "BackupsSigningKey")
    assert not stage.actions_on("BackupsBackupRole", "BackupsSigningKey")


@pytest.mark.parametrize(
    "table", ["Observations", "Weather", "Forecasts", "Verification", "Stations", "Files", "Models"]
)
def test_every_table_with_data_is_exported_by_the_workflow_alone(stage: Synthesis, table: str) -> None:
    assert stage.actions_on("BackupsBackupWorkflowRole", f"Storage{table}") == {
        "dynamodb:DescribeExport",
        "dynamodb:ExportTableToPointInTime",
    }
    assert not stage.actions_on("BackupsBackupRole", f"Storage{table}")


def test_who_restores_can_neither_sign_nor_write_the_backups(stage: Synthesis) -> None:
    assert stage.actions("BackupsRestoreRole").isdisjoint({"kms:GenerateMac", "s3:PutObject"})
