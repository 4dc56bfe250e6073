"""The templates against CloudFormation's own schemas and rules."""

import subprocess
import sys
from pathlib import Path

from tests.infra.synthesis import ROOT, Synthesis


def test_cfn_lint_finds_nothing(stage: Synthesis) -> None:
    template = stage.folder / f"GeoClimate-{stage.stage}.template.json"
    tool = Path(sys.executable).with_name("cfn-lint")
    outcome = subprocess.run(
        [str(tool), "--non-zero-exit-code", "warning", str(template)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout
