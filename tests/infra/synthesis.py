"""Synthesizes each stage once a test run, as the CDK command line would, with neither an account nor Docker."""

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STAGES = ("local", "dev", "prod")
CLOUD_STAGES = ("dev", "prod")


@dataclass(frozen=True)
class Synthesis:
    """What one stage synthesizes to."""

    stage: str
    folder: Path

    @cached_property
    def template(self) -> Any:
        return json.loads((self.folder / f"GeoClimate-{self.stage}.template.json").read_text())

    @cached_property
    def manifest(self) -> Any:
        return json.loads((self.folder / "manifest.json").read_text())

    @property
    def resources(self) -> Any:
        return self.template["Resources"]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties by logical id of all resources of a type."""
        return {name: each.get("Properties", {}) for name, each in self.resources.items() if each["Type"] == kind}

    def only(self, kind: str, start: str) -> tuple[str, dict[str, Any]]:
        """Logical id and properties of the one resource of a type whose logical id starts like this."""
        found = [(name, each) for name, each in self.of_type(kind).items() if name.startswith(start)]
        assert len(found) == 1, f"{len(found)} resources of {kind} start with {start}"
        return found[0]

    def statements(self, role: str) -> list[dict[str, Any]]:
        """Every statement of the policies of the role whose logical id starts like this."""
        logical_id, properties = self.only("AWS::IAM::Role", role)
        found = [each["PolicyDocument"]["Statement"] for each in properties.get("Policies", [])]
        for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            found += [
                policy["PolicyDocument"]["Statement"]
                for policy in self.of_type(kind).values()
                if {"Ref": logical_id} in policy.get("Roles", [])
            ]
        return [statement for statements in found for statement in statements]

    def actions(self, role: str) -> set[str]:
        """Every action that a role is allowed."""
        return {action for each in self.statements(role) for action in listed(each["Action"])}

    def actions_on(self, role: str, resource: str) -> set[str]:
        """The actions that a role is allowed on resources whose written form holds this text."""
        return {
            action
            for each in self.statements(role)
            if any(resource in written(arn) for arn in listed(each["Resource"]))
            for action in listed(each["Action"])
        }

    def asset(self, name: str) -> Path:
        """The staged file or folder of the asset whose published key holds this hash."""
        (found,) = [each for each in self.folder.iterdir() if each.name.startswith(f"asset.{name.split('.', 1)[0]}")]
        return found


def listed(value: Any) -> list[Any]:
    """A value of a policy, which may stand alone, as a list."""
    return value if isinstance(value, list) else [value]


def written(value: object) -> str:
    """A value of a template as text: `<Logical.Attribute>` for references."""
    match value:
        case {"Ref": str(name)}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [str(separator), [*parts]]}:
            return separator.join(written(part) for part in parts)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([\w:]+)\}", r"<\1>", text)
        case {"Fn::FindInMap": [name, *_]}:
            return f"<{name}>"
        case _:
            return str(value)


def references(value: Any) -> Iterator[str]:
    """Every logical id that a value of a template refers to."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), _]}:
            yield name
        case Mapping():
            for each in value.values():
                yield from references(each)
        case str():
            return
        case Iterable():
            for each in value:
                yield from references(each)


def run_app(stage: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the app as the CDK command line does."""
    context = {"CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps(_context() | {"stage": stage})}
    return _run(["-m", "cdk.app"], folder, context)


def synthesize_all(shared: Path) -> dict[str, Synthesis]:
    """Every stage, made by the first worker that asks and read by the others.

    One process makes all: most of a synthesis is the start of the CDK's own runtime.
    """
    folders = {stage: shared / f"cdk.out-{stage}" for stage in STAGES}
    refusal = shared / "synthesis-failed"
    with (shared / "synthesis.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not refusal.exists() and not all(folder.is_dir() for folder in folders.values()):
            asked = {stage: [str(folder), _context() | {"stage": stage}] for stage, folder in folders.items()}
            outcome = _run(["-c", _EVERY_STAGE, json.dumps(asked)], shared, {})
            if outcome.returncode != 0:
                refusal.write_text(outcome.stdout + outcome.stderr)
    assert not refusal.exists(), f"the app does not synthesize:\n{refusal.read_text()[-4_000:]}"
    return {stage: Synthesis(stage, folder) for stage, folder in folders.items()}


_EVERY_STAGE = """
import json, sys
import aws_cdk as cdk
from cdk.app import build_app
for folder, context in json.loads(sys.argv[1]).values():
    app = cdk.App(outdir=folder, context=context)
    build_app(app)
    app.synth()
"""


def _context() -> dict[str, Any]:
    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    return context


def _run(arguments: list[str], home: Path, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    # No AWS variable, nobody's home, and a Docker that cannot run.
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "shared")]),
        "CDK_DOCKER": str(home / "no-docker-here"),
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment | more, capture_output=True, text=True, check=False
    )
