"""The lake's catalogue, and the work group in which it is asked."""

from typing import Any

import pytest

from geoclimate.contracts.lake import (
    FORECASTS,
    LAKE_TABLES,
    OBSERVATIONS,
    REFUSED,
    WEATHER_FORECASTS,
    LakeTable,
    Month,
    forecasts_prefix,
    refused_prefix,
    weather_prefix,
)
from geoclimate.domain.parameters import PARAMETERS
from tests.infra.synthesis import Synthesis, written

each_table = pytest.mark.parametrize("layout", LAKE_TABLES, ids=lambda layout: layout.name)


def table_of(stage: Synthesis, layout: LakeTable) -> dict[str, Any]:
    _, table = stage.only("AWS::Glue::Table", f"Lake{layout.name.title().replace('_', '')}")
    assert table["DatabaseName"] == f"geoclimate_{stage.stage}"
    found: dict[str, Any] = table["TableInput"]
    return found


@each_table
def test_a_table_has_the_columns_of_the_layout(stage: Synthesis, layout: LakeTable) -> None:
    table = table_of(stage, layout)
    columns = [(each["Name"], each["Type"]) for each in table["StorageDescriptor"]["Columns"]]
    assert columns == [(each.name, each.type) for each in layout.columns]
    partitions = [(each["Name"], each["Type"]) for each in table["PartitionKeys"]]
    assert partitions == [(each.name, each.type) for each in layout.partitions]


@each_table
def test_glue_takes_every_description(stage: Synthesis, layout: LakeTable) -> None:
    table = table_of(stage, layout)
    comments = [each["Comment"] for each in (*table["StorageDescriptor"]["Columns"], *table["PartitionKeys"])]
    assert max(map(len, comments)) < 255


@each_table
def test_a_table_lies_in_the_lake_s_bucket_and_is_parquet(stage: Synthesis, layout: LakeTable) -> None:
    bucket, _ = stage.only("AWS::S3::Bucket", "StorageLake")
    descriptor = table_of(stage, layout)["StorageDescriptor"]
    assert written(descriptor["Location"]) == f"s3://<{bucket}>/{layout.prefix}"
    assert descriptor["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    assert descriptor["InputFormat"].endswith("MapredParquetInputFormat")


def projected(table: dict[str, Any], values: dict[str, str]) -> str:
    """Where Athena looks for a partition: the template with its placeholders filled in."""
    template = written(table["Parameters"]["storage.location.template"])
    for name, value in values.items():
        template = template.replace(f"${{{name}}}", value)
    assert "$" not in template
    return template


def test_athena_looks_where_the_rows_of_a_month_are_written(stage: Synthesis) -> None:
    bucket, _ = stage.only("AWS::S3::Bucket", "StorageLake")
    layouts = (OBSERVATIONS, REFUSED, WEATHER_FORECASTS, FORECASTS)
    observations, refused, weather, forecasts = (table_of(stage, layout) for layout in layouts)
    month = {"year": "2014", "month": "03"}
    place = projected(observations, {"parameter": "pm25", **month})
    assert place == f"s3://<{bucket}>/{Month('pm25', 2014, 3).prefix}"
    assert projected(refused, month) == f"s3://<{bucket}>/{refused_prefix(2014, 3)}"
    assert projected(weather, month) == f"s3://<{bucket}>/{weather_prefix(2014, 3)}"
    place = projected(forecasts, {"parameter": "pm25", **month})
    assert place == f"s3://<{bucket}>/{forecasts_prefix('pm25', 2014, 3)}"


@each_table
def test_partitions_are_projected_and_never_crawled(stage: Synthesis, layout: LakeTable) -> None:
    parameters = table_of(stage, layout)["Parameters"]
    assert parameters["projection.enabled"] == "true"
    assert (parameters["projection.month.range"], parameters["projection.month.digits"]) == ("1,12", "2")
    assert (parameters["projection.year.range"], parameters["projection.year.digits"]) == ("1969,2050", "4")
    names = {key.split(".")[1] for key in parameters if key.startswith("projection.") and key.count(".") == 2}
    assert names == {each.name for each in layout.partitions}
    assert not stage.of_type("AWS::Glue::Crawler")


def test_every_parameter_has_partitions(stage: Synthesis) -> None:
    values = table_of(stage, LAKE_TABLES[0])["Parameters"]["projection.parameter.values"]
    assert set(values.split(",")) == PARAMETERS.keys()


def test_a_query_cannot_leave_the_work_group_s_settings(stage: Synthesis) -> None:
    settings = stage.only("AWS::Athena::WorkGroup", "LakeWorkGroup")[1]["WorkGroupConfiguration"]
    assert settings["EnforceWorkGroupConfiguration"] is True
    gigabytes = {"local": 10, "dev": 10, "prod": 100}[stage.stage]
    assert settings["BytesScannedCutoffPerQuery"] == gigabytes * 10**9
    assert settings["EngineVersion"] == {"SelectedEngineVersion": "Athena engine version 3"}


def test_answers_are_encrypted_and_go_away(stage: Synthesis) -> None:
    key, _ = stage.only("AWS::KMS::Key", "StorageKey")
    bucket_id, bucket = stage.only("AWS::S3::Bucket", "StorageLake")
    settings = stage.only("AWS::Athena::WorkGroup", "LakeWorkGroup")[1]["WorkGroupConfiguration"]["ResultConfiguration"]
    assert written(settings["OutputLocation"]) == f"s3://<{bucket_id}>/athena-results/"
    assert settings["ExpectedBucketOwner"] == {"Ref": "AWS::AccountId"}
    assert settings["EncryptionConfiguration"] == {
        "EncryptionOption": "SSE_KMS",
        "KmsKey": {"Fn::GetAtt": [key, "Arn"]},
    }
    (rule,) = [each for each in bucket["LifecycleConfiguration"]["Rules"] if "Prefix" in each]
    assert rule["Prefix"] == "athena-results/"
    assert rule["ExpirationInDays"] == {"local": 7, "dev": 7, "prod": 30}[stage.stage]
    assert rule["Status"] == "Enabled"


def test_rows_of_the_lake_never_expire(stage: Synthesis) -> None:
    _, bucket = stage.only("AWS::S3::Bucket", "StorageLake")
    expiring = [each for each in bucket["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" in each]
    assert [each["Prefix"] for each in expiring] == ["athena-results/"]


def test_only_a_stage_that_keeps_nothing_lets_the_work_group_go_with_its_history(stage: Synthesis) -> None:
    _, group = stage.only("AWS::Athena::WorkGroup", "LakeWorkGroup")
    assert group["RecursiveDeleteOption"] is (stage.stage != "prod")
