"""`make restore-drill`: back up, lose every item, restore, and say what came back and how long it took."""

import datetime as dt
import sys
import time
from typing import Any, Final

from botocore.exceptions import BotoCoreError

from local import cloud
from local.deployment import DeploymentError, deploy
from local.place import Place
from local.progress import Step, step
from local.workflow import WorkflowError, run_workflow

_TABLES: Final = ("observations", "weather", "forecasts", "verification", "stations", "files", "models")
_DELETES_A_CALL: Final = 25

Items = dict[tuple[str, str], dict[str, Any]]


def main() -> int:
    """Run the drill; 1 where a step fails or an item did not come back as it was."""
    try:
        return drill(Place.default())
    except (cloud.CloudError, DeploymentError, WorkflowError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BotoCoreError as error:
        print(f"error: the local cloud stopped answering ({error}); see cloud.log", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130


def drill(place: Place) -> int:
    """Backup, loss and restore on the local stack, which is started where it does not run."""
    with step("Starting the local cloud"):
        cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)
    with step("Deploying with the CDK"):
        outputs = deploy(place)
    tables = {name: outputs[f"{name.capitalize()}TableName"] for name in _TABLES}
    backup_id = f"drill-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}"
    dynamodb = place.session().client("dynamodb", endpoint_url=place.url, config=place.config())

    before = {name: read_items(dynamodb, table) for name, table in tables.items()}
    if not any(before.values()):
        print("error: the tables are empty, so there is nothing to lose: run `make up` first", file=sys.stderr)
        return 1
    began = time.monotonic()
    with step("Backing up") as current:
        _run(place, outputs["BackupStateMachineArn"], backup_id, {}, current)
    backed_up = time.monotonic()
    try:
        with step("Losing every item"):
            for name, table in tables.items():
                delete_items(dynamodb, table, before[name])
        lost = {name: len(read_items(dynamodb, table)) for name, table in tables.items()}
        restoring = time.monotonic()
        with step("Restoring") as current:
            _run(place, outputs["RestoreStateMachineArn"], f"{backup_id}-restore", {"backup_id": backup_id}, current)
    except BaseException:
        print(f"items are missing: docs/runbooks/restore.md brings them back from backup {backup_id}", file=sys.stderr)
        raise
    restored = time.monotonic()
    after = {name: read_items(dynamodb, table) for name, table in tables.items()}

    print()
    print(f"{'table':<14} {'before':>8} {'after loss':>11} {'restored':>9}  equal")
    for name in _TABLES:
        same = "yes" if after[name] == before[name] else "NO"
        print(f"{name:<14} {len(before[name]):>8,} {lost[name]:>11,} {len(after[name]):>9,}  {same}")
    print(f"backup {backup_id}: {backed_up - began:.1f} s; restore: {restored - restoring:.1f} s")
    if after != before:
        print("error: not every item came back as it was", file=sys.stderr)
        return 1
    return 0


def read_items(dynamodb: Any, table: str) -> Items:
    """Every item of a table by its key."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}


def delete_items(dynamodb: Any, table: str, items: Items) -> None:
    """Delete items by their keys, and see that they are gone."""
    keys = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in items]
    requests = [{"DeleteRequest": {"Key": key}} for key in keys]
    while requests:
        answer = dynamodb.batch_write_item(RequestItems={table: requests[:_DELETES_A_CALL]})
        requests = requests[_DELETES_A_CALL:] + answer.get("UnprocessedItems", {}).get(table, [])


def _run(place: Place, arn: str, name: str, payload: dict[str, Any], current: Step) -> None:
    def shown(state: str) -> None:
        current.detail = state

    run_workflow(place, arn, name, payload, shown)


if __name__ == "__main__":
    sys.exit(main())
