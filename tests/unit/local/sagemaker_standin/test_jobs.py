"""Rules of training jobs that need no running cloud."""

from pathlib import Path

from local.sagemaker_standin import jobs
from local.sagemaker_standin.hosts import Ended, Host
from local.sagemaker_standin.script_mode import Layout


def test_failure_file_is_cut_but_the_exit_code_is_kept(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.output.mkdir()
    layout.failure.write_text("x" * 5000)
    reason = jobs._algorithm_error(Ended(Host("algo-1", layout, {}), 3, ""), ["train.py"])
    assert len(reason) == 1024
    assert reason.endswith("x, exit code: 3")


def test_last_error_lines_survive_a_long_trace(tmp_path: Path) -> None:
    ended = Ended(Host("algo-1", Layout(tmp_path), {}), 1, "x" * 5000 + "ValueError: the cause")
    reason = jobs._algorithm_error(ended, ["train.py"])
    assert 'ValueError: the cause"\nCommand "train.py", exit code: 1' in reason
