"""How `make` hands an operator's values to the commands behind it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ODD = """they said "too low" at 5 o'clock: `id`, $(id), $5 and $HOME
on two lines; & so on"""


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """A program in the place of Python that prints its arguments."""
    program = tmp_path / "python"
    program.write_text(f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    program.chmod(0o755)
    return program


def arguments_of(python: Path, target: str, **values: str) -> list[str]:
    """What the command behind a target gets; the first line is the set-up's."""
    given = [f"{name}={value}" for name, value in values.items()]
    environment = {"PATH": os.environ["PATH"]}
    command = ["make", "--no-print-directory", target, f"BIN={python.parent}", f"PYTHON={python}", *given]
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    _, line = made.stdout.splitlines()
    arguments: list[str] = json.loads(line)
    return arguments


def test_a_reason_arrives_as_it_was_written(python: Path) -> None:
    assert arguments_of(python, "rollback", WHY=ODD) == ["-m", "local.rollback", "--why", ODD]


def test_a_reason_that_was_not_given_is_empty(python: Path) -> None:
    assert arguments_of(python, "rollback", VERSION="v 1") == ["-m", "local.rollback", "--why", "", "--version", "v 1"]


@pytest.mark.parametrize(
    ("target", "values", "given"),
    [
        ("mail", {"TO": "o'hara@example.org"}, ["local.mail", "--to", "o'hara@example.org"]),
        ("mail", {}, ["local.mail"]),
        ("models", {"VERSION": "v", "STAGE": "dev"}, ["local.models", "--version", "v", "--stage", "dev"]),
        ("backfill", {"FILES": 'my "files"; & more/'}, ["local.backfill", "--files", 'my "files"; & more/']),
        (
            "backfill",
            {"PREFIX": "backfill/a b", "STAGE": "dev", "AT_ONCE": "4"},
            ["local.backfill", "--prefix", "backfill/a b", "--stage", "dev", "--at-once", "4"],
        ),
        ("lineage", {"STATION": "a"}, ["local.lineage", "--station", "a"]),
        (
            "lineage",
            {"STATION": "a", "ISSUE": "2014-01-31T05:00:00Z", "STAGE": "dev"},
            ["local.lineage", "--station", "a", "--issue", "2014-01-31T05:00:00Z", "--stage", "dev"],
        ),
        ("tune", {"KIND": "gru", "TRIALS": "3"}, ["local.tuning", "--kind", "gru", "--trials", "3"]),
        ("drift", {"ACCEPT": "one two", "STAGE": "dev"}, ["local.drift", "--stage", "dev", "--accept", "one", "two"]),
        ("audit", {"ENDS": "my ends.json"}, ["local.audit", "--ends", "my ends.json"]),
        ("test-fuzz", {"CASES": "10", "SEED": "1"}, ["tests.fuzz", "--cases", "10", "--seed", "1"]),
    ],
)
def test_values_arrive_as_they_were_given(python: Path, target: str, values: dict[str, str], given: list[str]) -> None:
    assert arguments_of(python, target, **values) == ["-m", *given]
