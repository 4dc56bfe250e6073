"""Where MiniStack differs from AWS in what this platform relies on: one function a difference, all applied at start.

Every patch reaches MiniStack by private names, so each stays a function of its own, with the difference and the reason
in its docstring, and each has a test that fails without it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from local.cloud.patches.apigateway import (
    keep_access_log_settings,
    tell_functions_the_address,
    tell_functions_the_key,
    write_access_logs,
)
from local.cloud.patches.cognito import draw_verification_codes, tie_challenges_to_sign_ins
from local.cloud.patches.distributed_map import (
    bound_maps_by_their_path,
    stop_maps_with_their_execution,
    write_map_results,
)
from local.cloud.patches.dynamodb import keep_table_properties
from local.cloud.patches.dynamodb_conditions import parse_conditions_once
from local.cloud.patches.dynamodb_export import export_tables_to_s3
from local.cloud.patches.iam import call_loopback_secure
from local.cloud.patches.lambda_ import hide_the_servers_packages, mark_the_end_of_logs, name_errors_by_class
from local.cloud.patches.lambda_workers import share_workers
from local.cloud.patches.metrics import take_metrics_from_logs
from local.cloud.patches.s3 import keep_bucket_properties, keep_buckets_with_objects
from local.cloud.patches.s3_encryption import encrypt_with_the_managed_key
from local.cloud.patches.sns import keep_topic_key
from local.cloud.patches.sqs import give_messages_back_at_start
from local.cloud.patches.stepfunctions import enforce_state_machine_roles
from local.cloud.patches.workflow_logs import keep_workflow_logging, write_workflow_logs
from local.cloud.settings import CloudError

Patch = Callable[[], None]

PATCHES: Final[Mapping[str, Patch]] = MappingProxyType(
    {
        patch.__name__: patch
        for patch in (
            bound_maps_by_their_path,
            call_loopback_secure,
            draw_verification_codes,
            encrypt_with_the_managed_key,
            enforce_state_machine_roles,
            export_tables_to_s3,
            give_messages_back_at_start,
            hide_the_servers_packages,
            keep_access_log_settings,
            keep_bucket_properties,
            keep_buckets_with_objects,
            keep_table_properties,
            keep_topic_key,
            keep_workflow_logging,
            mark_the_end_of_logs,
            name_errors_by_class,
            parse_conditions_once,
            share_workers,
            stop_maps_with_their_execution,
            take_metrics_from_logs,
            tell_functions_the_address,
            tell_functions_the_key,
            tie_challenges_to_sign_ins,
            write_access_logs,
            write_map_results,
            write_workflow_logs,
        )
    }
)


def apply_patches(without: frozenset[str]) -> None:
    """Apply every patch but those left out.

    Raises:
        CloudError: A name left out is none of a patch.
    """
    unknown = without - PATCHES.keys()
    if unknown:
        raise CloudError(f"no such patch: {', '.join(sorted(unknown))}; the patches: {', '.join(PATCHES)}")
    for name, patch in PATCHES.items():
        if name not in without:
            patch()
