"""Queries on the lake: its tables in the Glue catalogue, and the Athena work group in which they may be asked."""

from collections.abc import Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from constructs import Construct

from cdk.components.storage import Storage
from cdk.config import Stage
from geoclimate.contracts.lake import (
    ATHENA_RESULTS_PREFIX,
    FIRST_YEAR,
    LAKE_TABLES,
    LAST_YEAR,
    PARAMETER_CODES,
    LakeColumn,
    LakeTable,
)

_GIGABYTE: Final = 10**9
_PARQUET: Final = "org.apache.hadoop.hive.ql.io.parquet"
# Athena works out from these which partitions there can be; no crawler and no catalogue of partitions is needed.
_PROJECTIONS: Final = {
    "parameter": {"type": "enum", "values": ",".join(PARAMETER_CODES)},
    "year": {"type": "integer", "range": f"{FIRST_YEAR},{LAST_YEAR}", "digits": "4"},
    "month": {"type": "integer", "range": "1,12", "digits": "2"},
}


class Lake(Construct):
    """The lake's catalogue.

    Attributes:
        work_group: Where queries run: what they read is bounded, and what they answer is encrypted and goes away.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, storage: Storage) -> None:
        super().__init__(scope, construct_id)
        account = cdk.Stack.of(self).account
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=stage.lake_database, description=f"The lake of {stage.stack_name}"
            ),
        )
        for layout in LAKE_TABLES:
            table = glue.CfnTable(
                self,
                layout.name.title().replace("_", ""),
                catalog_id=account,
                database_name=stage.lake_database,
                table_input=_table_input(layout, storage),
            )
            table.add_resource_dependency(database)
        self.work_group = athena.CfnWorkGroup(
            self,
            "WorkGroup",
            name=stage.prefix,
            description=f"Queries on the lake of {stage.stack_name}",
            # A work group that was ever asked holds the history of its queries.
            recursive_delete_option=not stage.keeps_data,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                bytes_scanned_cutoff_per_query=stage.query_scan_limit_gb * _GIGABYTE,
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=storage.lake.s3_url_for_object(ATHENA_RESULTS_PREFIX),
                    expected_bucket_owner=account,
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_KMS", kms_key=storage.key.key_arn
                    ),
                ),
            ),
        )


def _table_input(layout: LakeTable, storage: Storage) -> glue.CfnTable.TableInputProperty:
    location = storage.lake.s3_url_for_object(layout.prefix)
    folders = "/".join(f"{each.name}=${{{each.name}}}" for each in layout.partitions)
    projections = {
        f"projection.{each.name}.{setting}": value
        for each in layout.partitions
        for setting, value in _PROJECTIONS[each.name].items()
    }
    return glue.CfnTable.TableInputProperty(
        name=layout.name,
        description=layout.description,
        table_type="EXTERNAL_TABLE",
        partition_keys=_columns(layout.partitions),
        parameters={
            "EXTERNAL": "TRUE",
            "classification": "parquet",
            "projection.enabled": "true",
            **projections,
            "storage.location.template": f"{location}{folders}/",
        },
        storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
            columns=_columns(layout.columns),
            location=location,
            input_format=f"{_PARQUET}.MapredParquetInputFormat",
            output_format=f"{_PARQUET}.MapredParquetOutputFormat",
            serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library=f"{_PARQUET}.serde.ParquetHiveSerDe"),
        ),
    )


def _columns(columns: Sequence[LakeColumn]) -> list[glue.CfnTable.ColumnProperty]:
    return [glue.CfnTable.ColumnProperty(name=each.name, type=each.type, comment=each.description) for each in columns]
