"""Bootstraps and deploys the CDK app onto the local cloud with the real CDK command line."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from botocore.exceptions import ClientError

from local.cloud.settings import REGION
from local.place import ROOT, STAGE, Place

ACCOUNT: Final = "000000000000"
STACK: Final = f"GeoClimate-{STAGE}"
_CDK: Final = ROOT / "cdk/node_modules/.bin/cdk"
_BOOTSTRAP_STACK: Final = "CDKToolkit"
_TAIL_LINES: Final = 30


class DeploymentError(Exception):
    """The CDK command line failed; the message holds the end of its output."""


def deploy(place: Place) -> dict[str, str]:
    """Synthesize, bootstrap where needed, deploy, and give the stack's outputs.

    Raises:
        DeploymentError: A command of the CDK failed.
    """
    assembly = place.folder / "cdk.out"
    # The CDK adds to what lies there: each tree's code would stay.
    shutil.rmtree(assembly, ignore_errors=True)
    _run(
        place,
        "synth",
        "--quiet",
        "--app",
        app_command(sys.executable),
        "-c",
        f"stage={STAGE}",
        "--output",
        str(assembly),
    )
    if _stack_status(place, _BOOTSTRAP_STACK) is None:
        _run(place, "bootstrap", "--app", str(assembly), f"aws://{ACCOUNT}/{REGION}")
    _run(place, "deploy", STACK, "--app", str(assembly), "--require-approval", "never")
    return outputs(place)


def app_command(python: str) -> str:
    """The CDK app as a line for the shell that the CDK command line runs it by; the path may hold spaces."""
    return f"{shlex.quote(python)} -m cdk.app"


def outputs(place: Place) -> dict[str, str]:
    """The outputs of the deployed stack, by name."""
    cloudformation = place.session().client("cloudformation", endpoint_url=place.url, config=place.config())
    (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _stack_status(place: Place, name: str) -> str | None:
    cloudformation = place.session().client("cloudformation", endpoint_url=place.url, config=place.config())
    try:
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    return stack["StackStatus"]


def _run(place: Place, *arguments: str) -> None:
    log = place.logs / "cdk.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = place.environment() | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "shared")]),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    }
    command = [str(_CDK), *arguments, "--no-notices", "--no-version-reporting", "--no-color", "--ci"]
    with log.open("ab") as output:
        output.write(f"$ cdk {' '.join(arguments)}\n".encode())
        output.flush()
        start = output.tell()
        code = subprocess.run(  # noqa: S603 - the arguments are ours
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        ).returncode
    if code != 0:
        raise DeploymentError(f"cdk {arguments[0]} failed (exit {code}); the end of {log}:\n{_tail(log, start)}")


def _tail(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        text = file.read().decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-_TAIL_LINES:])
