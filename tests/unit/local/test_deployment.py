"""How `make up` calls the CDK."""

import subprocess
from pathlib import Path

from local.deployment import app_command


def test_the_repository_may_lie_in_a_folder_with_spaces(tmp_path: Path) -> None:
    python = tmp_path / "my folder's clone" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    made = subprocess.run(["/bin/sh", "-c", app_command(str(python))], capture_output=True, text=True, check=True)
    assert made.stdout == "-m cdk.app\n"
