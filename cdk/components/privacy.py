"""What becomes of an account that asks for its data, or for its end."""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from cdk.components.access import allow, allow_items, allow_objects
from cdk.components.function import PythonFunction
from cdk.components.gateway_access import allow_key_deletion
from cdk.components.identity import Identity
from cdk.components.layers import Layers
from cdk.components.storage import Storage
from cdk.components.workflow import Workflow
from cdk.config import Stage
from functions.erase.settings import EraseSettings
from functions.export.settings import ExportSettings
from geoclimate.contracts.tables import ACTORS_INDEX


class Privacy(Construct):
    """The workflows that export and erase an account, and their functions.

    Attributes:
        export: The function that exports.
        erase: The function that erases.
        exporting: The workflow that exports an account.
        erasing: The workflow that erases one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        layers: Layers,
        storage: Storage,
        identity: Identity,
    ) -> None:
        super().__init__(scope, construct_id)
        self.export = self._export(stage, layers, storage, identity)
        self.erase = self._erase(stage, layers, storage, identity)
        self.exporting = Workflow(
            self,
            "Exporting",
            stage=stage,
            file="export_account.asl.json",
            description="Writes everything that is kept of an account into one file",
            substitutions={
                "AccountsTable": storage.accounts.table_name,
                "ExportFunctionArn": self.export.function.function_arn,
            },
            functions=(self.export,),
            logs_data=False,
        )
        self.erasing = Workflow(
            self,
            "Erasing",
            stage=stage,
            file="erase_account.asl.json",
            description="Erases an account from everywhere",
            substitutions={
                "AccountsTable": storage.accounts.table_name,
                "EraseFunctionArn": self.erase.function.function_arn,
                "SettleSeconds": str(stage.erasure_settle_s),
            },
            functions=(self.erase,),
            logs_data=False,
        )
        for workflow in self.workflows:
            # The receipt says that it failed.
            allow_items(workflow.role, ["UpdateItem"], storage.accounts)

    @property
    def functions(self) -> tuple[PythonFunction, ...]:
        """The functions of the workflows' states."""
        return self.export, self.erase

    @property
    def workflows(self) -> tuple[Workflow, ...]:
        """Both workflows."""
        return self.exporting, self.erasing

    def _export(self, stage: Stage, layers: Layers, storage: Storage, identity: Identity) -> PythonFunction:
        function = PythonFunction(
            self,
            "Export",
            stage=stage,
            layers=layers,
            name="export",
            description="Writes everything that is kept of an account into one file",
            settings=ExportSettings,
            environment={
                "accounts_table": storage.accounts.table_name,
                "usage_table": storage.usage.table_name,
                "jobs_table": storage.jobs.table_name,
                "requests_table": storage.requests.table_name,
                "audit_table": storage.audit.table_name,
                "results_bucket": storage.results.bucket_name,
                "user_pool_id": identity.pool.user_pool_id,
            },
        )
        allow_items(function.role, ["Query"], *_tables_of_accounts(storage))
        allow_items(function.role, ["UpdateItem"], storage.accounts)
        allow(function.role, ["dynamodb:Query"], [f"{storage.audit.table_arn}/index/{ACTORS_INDEX}"])
        allow(function.role, ["s3:ListBucket"], [storage.results.bucket_arn])
        allow_objects(function.role, ["PutObject"], storage.results, storage.key)
        allow(
            function.role,
            ["cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser"],
            [identity.pool.user_pool_arn],
        )
        return function

    def _erase(self, stage: Stage, layers: Layers, storage: Storage, identity: Identity) -> PythonFunction:
        function = PythonFunction(
            self,
            "Erase",
            stage=stage,
            layers=layers,
            name="erase",
            description="Erases an account from everywhere",
            settings=EraseSettings,
            environment={
                "accounts_table": storage.accounts.table_name,
                "usage_table": storage.usage.table_name,
                "jobs_table": storage.jobs.table_name,
                "requests_table": storage.requests.table_name,
                "results_bucket": storage.results.bucket_name,
                "user_pool_id": identity.pool.user_pool_id,
            },
        )
        # Deleting in batches is a right of its own beside deleting one.
        allow_items(function.role, ["Query", "BatchWriteItem"], *_tables_of_accounts(storage))
        allow_items(function.role, ["UpdateItem", "DeleteItem"], storage.accounts)
        allow(function.role, ["s3:ListBucket"], [storage.results.bucket_arn])
        allow_objects(function.role, ["DeleteObject"], storage.results, storage.key)
        allow(
            function.role,
            [
                "cognito-idp:AdminDeleteUser",
                "cognito-idp:AdminDisableUser",
                "cognito-idp:AdminUserGlobalSignOut",
            ],
            [identity.pool.user_pool_arn],
        )
        allow_key_deletion(function.role)
        return function


def _tables_of_accounts(storage: Storage) -> tuple[dynamodb.Table, ...]:
    return storage.accounts, storage.usage, storage.jobs, storage.requests
