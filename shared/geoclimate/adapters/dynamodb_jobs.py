"""The jobs of accounts in DynamoDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import ClientError

from geoclimate.adapters.account_items import AccountItems, expiry
from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.adapters.dynamodb_transactions import item_key, put_new, put_version, transact
from geoclimate.adapters.dynamodb_versions import UNWRITTEN, item_version
from geoclimate.contracts.tables import JOB_PREFIX, JOBS_SORT_KEY, PARTITION_KEY
from geoclimate.domain.jobs import ACTIVE, Job, JobKind, JobState
from geoclimate.services.job_ports import Progress

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_UNDER_WAY: Final = {f":{state}": {"S": state} for state in sorted(ACTIVE)}


class DynamoJobStore:
    """Implements `JobStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table
        self._items = AccountItems(client, table, JOB_PREFIX)

    def begun(self, account: str) -> int:
        """How many jobs an account has begun in the last months; what is read after it is no older.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(
                TableName=self._table, Key=item_key(account, JOBS_SORT_KEY), ConsistentRead=True
            )
        return item_version(answer["Item"]) if "Item" in answer else UNWRITTEN

    def add(self, job: Job, begun: int) -> bool:
        """Keep a new one; False where the account has begun another one since it had begun so many.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        item = {
            **self._items.key(job.account, job.id),
            **expiry(job.created_at),
            "kind": {"S": job.kind},
            "request": {"S": job.request},
            "state": {"S": job.state},
            "created_at": {"S": job.created_at.isoformat()},
        }
        # It goes with the newest job, so a number is not given twice while one of its jobs is there.
        count = {**item_key(job.account, JOBS_SORT_KEY), **expiry(job.created_at)}
        return not transact(self._client, [put_new(self._table, item), put_version(self._table, count, begun)])

    def get(self, account: str, job: str) -> Job | None:
        """One of an account's jobs, or None.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        item = self._items.get(account, job)
        return None if item is None else self._job(item)

    def newest(self, account: str, before: str | None, most: int) -> Sequence[Job]:
        """An account's jobs, the newest first, from the one before an id on.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        return [self._job(item) for item in self._items.newest(account, before, most)]

    def go_on(self, account: str, job: str, progress: Progress) -> bool:
        """Write down how far a job is, which runs from now on; False where it has ended, or is gone.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        figures = {name: getattr(progress, name) for name in ("done", "total", "files", "rows")}
        return self._change(account, job, {name: {"N": str(value)} for name, value in figures.items()}, "running")

    def end(self, account: str, job: str, state: JobState, now: dt.datetime, failure: str | None = None) -> bool:
        """End a job; False where it has ended already, or is gone.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        changed: dict[str, Any] = {"finished_at": {"S": now.isoformat()}}
        if failure is not None:
            changed["failure"] = {"S": failure}
        return self._change(account, job, changed, state)

    def _change(self, account: str, job: str, changed: Mapping[str, Any], state: JobState) -> bool:
        changed = {**changed, "state": {"S": state}}
        try:
            with unavailable_when_down("DynamoDB"):
                self._client.update_item(
                    TableName=self._table,
                    Key=self._items.key(account, job),
                    UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changed),
                    ConditionExpression=f"#state IN ({', '.join(_UNDER_WAY)})",
                    ExpressionAttributeNames={f"#{name}": name for name in changed},
                    ExpressionAttributeValues={**{f":{name}": value for name, value in changed.items()}, **_UNDER_WAY},
                )
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _job(self, item: Mapping[str, Any]) -> Job:
        finished, failure, total = (item.get(name) for name in ("finished_at", "failure", "total"))
        return Job(
            account=item[PARTITION_KEY]["S"],
            id=self._items.id_of(item),
            kind=cast("JobKind", item["kind"]["S"]),
            request=item["request"]["S"],
            state=cast("JobState", item["state"]["S"]),
            created_at=dt.datetime.fromisoformat(item["created_at"]["S"]),
            done=_number(item, "done"),
            total=None if total is None else int(total["N"]),
            files=_number(item, "files"),
            rows=_number(item, "rows"),
            finished_at=None if finished is None else dt.datetime.fromisoformat(finished["S"]),
            failure=None if failure is None else failure["S"],
        )


def _number(item: Mapping[str, Any], name: str) -> int:
    return int(item[name]["N"]) if name in item else 0
