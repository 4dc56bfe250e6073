"""`.build` keeps the newest few builds of each name."""

import os
from pathlib import Path

import pytest

from layers.kept_builds import keep_newest


def built(home: Path, name: str, number: int, ending: str = "") -> Path:
    path = home / f"{name}-{number:016x}{ending}"
    if ending:
        path.write_bytes(b"")
    else:
        (path / "inside").mkdir(parents=True)
    os.utime(path, (number, number))
    return path


@pytest.mark.parametrize("ending", ["", ".tar.gz"])
def test_the_fifth_build_of_a_name_ends_the_one_that_was_used_longest_ago(tmp_path: Path, ending: str) -> None:
    builds = [built(tmp_path, "api", number, ending) for number in range(1, 6)]
    keep_newest(builds[0])
    assert sorted(tmp_path.iterdir()) == [builds[0], *builds[2:]]


def test_builds_of_other_names_and_other_files_stay(tmp_path: Path) -> None:
    others = [built(tmp_path, name, 1) for name in ("ap", "api-native", "apis")]
    others += [built(tmp_path, "api", 1, ".tar.gz"), tmp_path / "api-notes"]
    others[-1].mkdir()
    builds = [built(tmp_path, "api", number) for number in range(1, 9)]
    keep_newest(builds[-1])
    assert sorted(tmp_path.iterdir()) == sorted([*others, *builds[4:]])
