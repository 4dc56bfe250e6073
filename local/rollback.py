"""`make rollback`: put the model before back into production, on the endpoint and in the registry.

`python -m local.rollback --why "..."` goes back by one version, `--version` to any that was in production. The endpoint
moves first and is asked; only when it answers as the old version does the registry follow, on the condition that
nobody decided anything meanwhile. Whatever fails on the way, the endpoint goes back to what it served.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from geoclimate.domain.errors import GeoClimateError
from geoclimate.services.find_rollback import Rollback, find_rollback
from local.command import run_command
from local.place import STAGE
from local.progress import Step, step
from local.registry import TARGET, operator_of, registry_of
from local.served_model import EndpointError, Served, ask, move, serve, served_by
from local.target import Target

_LEAST_REASON: Final = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Roll back; 0 where the old version is in production and answers, else 1 and everything is as it was."""
    options = _parsed(arguments)
    return run_command(options.stage, lambda target: roll_back(target, options.version, options.why))


def roll_back(target: Target, version: str | None, why: str) -> None:
    """Put a version back into production, and make new forecasts with it.

    Raises:
        Conflict: There is no version to go back to, or somebody else decided meanwhile.
        NotFound: The version named is not registered.
        EndpointError: The endpoint cannot serve the old version.
    """
    outputs = target.outputs()
    registry = registry_of(target, outputs)
    planned = find_rollback(registry, TARGET, version)
    current, back = planned.current.version, planned.back.version
    print(f"{current} is in production; {back} takes its place, promoted {planned.back.promoted_at:%Y-%m-%d %H:%M} UTC")
    sagemaker = target.client("sagemaker")
    before = served_by(sagemaker, outputs["EndpointName"])
    try:
        if before is None:
            print("there is no endpoint: the light model answers, and follows the registry")
        else:
            _move_endpoint(target, outputs, before, planned)
        registry.roll_back(TARGET, current, back, who=operator_of(target), why=why)
    except (EndpointError, GeoClimateError) as error:
        if before is not None:
            _undo(sagemaker, before, error)
        raise
    print(f"{back} is in production, {current} is retired")
    with step("New forecasts") as shown:
        shown.detail = _forecast(target, outputs)


def _move_endpoint(target: Target, outputs: dict[str, str], before: Served, planned: Rollback) -> None:
    back = planned.back.version
    if before.model != back:
        with step(f"Putting {back} behind the endpoint") as current:
            serve(target.client("sagemaker"), before, back, _show(current))
            current.detail = ""
    with step("Asking the endpoint") as current:
        windows = ask(target.client("lambda"), outputs["SmokeFunctionName"], TARGET, back)
        current.detail = f"{windows} answers"


def _undo(sagemaker: Any, before: Served, error: Exception) -> None:
    """Let the endpoint serve what it served before.

    Raises:
        EndpointError: It does not.
    """
    described = sagemaker.describe_endpoint(EndpointName=before.endpoint)
    if described["EndpointConfigName"] == before.config:
        return
    try:
        with step(f"Going back to {before.model}") as current:
            move(sagemaker, before.endpoint, before.config, _show(current))
            current.detail = ""
    except EndpointError as undo:
        raise EndpointError(f"{error}; and the endpoint could not be set back: {undo}") from error


def _forecast(target: Target, outputs: dict[str, str]) -> str:
    answer = target.client("lambda").invoke(FunctionName=outputs["ForecastFunctionName"], Payload=b"{}")
    body = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        return f"failed ({body.get('errorMessage', body)}): the schedule tries again"
    return f"{body['written']} by {body['model_version']}"


def _show(current: Step) -> Callable[[str], None]:
    def shown(status: str) -> None:
        current.detail = status

    return shown


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
