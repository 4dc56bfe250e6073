"""`make compact`: put the small files of the local lake together now, and say what became of them."""

import datetime as dt
import sys
from typing import Any, Final

from botocore.exceptions import BotoCoreError

from local import cloud
from local.deployment import DeploymentError, deploy
from local.place import Place
from local.progress import Step, step
from local.workflow import WorkflowError, run_workflow

_EVERYTHING: Final = {"more_than": 0}


def main() -> int:
    """Compact the lake; 1 with a clear message where a partition could not be compacted."""
    try:
        compact(Place.default())
    except (cloud.CloudError, DeploymentError, WorkflowError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BotoCoreError as error:
        print(f"error: the local cloud stopped answering ({error}); see cloud.log", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; the execution goes on: run `make compact` again to see its end", file=sys.stderr)
        return 130
    return 0


def compact(place: Place) -> None:
    """Compact every partition of the local lake that has a small file, in as many executions as it takes."""
    with step("Starting the local cloud"):
        cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)
    with step("Deploying with the CDK"):
        outputs = deploy(place)
    compacted: list[dict[str, Any]] = []
    name = f"by-hand-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}"
    left = None
    while left != 0:
        with step("Compacting the lake") as current:
            ended = _run(place, outputs["CompactionStateMachineArn"], f"{name}-{len(compacted)}", current)
        compacted += ended["compacted"]
        left = ended["left"]
    print(summary(compacted))


def _run(place: Place, arn: str, name: str, current: Step) -> dict[str, Any]:
    def shown(state: str) -> None:
        current.detail = state

    return run_workflow(place, arn, name, _EVERYTHING, shown)


def summary(compacted: list[dict[str, Any]]) -> str:
    """What was done to each partition, as lines; `compacted` are results of the `compact` function."""
    if not compacted:
        return "every partition is compact"
    lines = [f"{'partition':<24} {'files merged':>12} {'written':>8} {'rows':>12} {'duplicates':>11} {'left':>6}"]
    for part in sorted(compacted, key=lambda part: (part["parameter"], part["year"], part["month"])):
        partition = f"{part['parameter']} {part['year']:04}-{part['month']:02}"
        lines.append(
            f"{partition:<24} {part['files_merged']:>12,} {part['files_written']:>8,} {part['rows']:>12,} "
            f"{part['duplicates']:>11,} {part['files_left']:>6,}"
        )
    if any(part["files_left"] for part in compacted):
        lines.append("files are left in some partitions: run `make compact` again")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
