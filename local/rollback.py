"""`make rollback`: put the model before back into production, on the endpoint and in the registry.

`python -m local.rollback --why "..."` goes back by one version, `--version` to any that was in production. It starts
the workflow that `POST /v1/models/rollback` starts, by an operator's own credentials: the endpoint moves first and is
asked, then the registry follows; whatever fails, the endpoint goes back.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Final

from geoclimate.adapters.step_functions import StepFunctionsWorkflow
from geoclimate.services.change_production import random_name, start_rollback
from geoclimate.services.find_rollback import find_rollback
from local.command import CommandError, run_command
from local.place import STAGE
from local.progress import step
from local.registry import TARGET, operator_of, registry_of
from local.target import Target

_LEAST_REASON: Final = 10
_POLL_S: Final = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Roll back; 0 where the old version is in production and answers, else 1 and everything is as it was."""
    options = _parsed(arguments)
    return run_command(options.stage, lambda target: roll_back(target, options.version, options.why))


def roll_back(target: Target, version: str | None, why: str) -> None:
    """Put a version back into production, and make new forecasts with it.

    Raises:
        Conflict: There is no version to go back to.
        NotFound: The version named is not registered.
        CommandError: The workflow failed; its reason is the message.
    """
    outputs = target.outputs()
    planned = find_rollback(registry_of(target, outputs), TARGET, version)
    current, back = planned.current.version, planned.back.version
    print(f"{current} is in production; {back} takes its place, promoted {planned.back.promoted_at:%Y-%m-%d %H:%M} UTC")
    workflow = StepFunctionsWorkflow(target.client("stepfunctions"), outputs["RollbackStateMachineArn"])
    change = start_rollback(workflow, TARGET, planned, random_name("rollback"), who=operator_of(target), why=why)
    with step(f"Putting {back} back") as shown:
        while (found := workflow.find(change.name)) is None or found.state == "running":
            shown.detail = change.name
            time.sleep(_POLL_S)
        if found.state != "succeeded":
            raise CommandError(found.cause or f"execution {change.name} was stopped")
    print(f"{back} is in production, {current} is retired")


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.rollback", description=__doc__.partition("\n")[0])
    parser.add_argument("--why", required=True, help="the reason; it stands in the audit log")
    parser.add_argument("--version", help="a version that was in production; the one before otherwise")
    parser.add_argument("--stage", default=STAGE, help="local, or a stage in the account of your credentials")
    options = parser.parse_args(arguments)
    if len(options.why.strip()) < _LEAST_REASON:
        parser.error(f"--why needs a reason that others understand, of {_LEAST_REASON} characters or more")
    return options


if __name__ == "__main__":
    sys.exit(main())
