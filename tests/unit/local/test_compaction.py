"""What `make compact` says."""

from typing import Any

from local.compaction import summary


def _part(parameter: str, month: int, left: int = 0) -> dict[str, Any]:
    return {
        "parameter": parameter,
        "year": 2014,
        "month": month,
        "rounds": 1,
        "files_merged": 1_234,
        "files_written": 1,
        "rows": 720_000,
        "duplicates": 3,
        "files_left": left,
    }


def test_each_partition_has_a_line_ordered_by_name_and_month() -> None:
    lines = summary([_part("pm25", 2), _part("o3", 11), _part("pm25", 1)]).splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["o3", "2014-11"], ["pm25", "2014-01"], ["pm25", "2014-02"]]
    assert lines[1].split()[2:] == ["1,234", "1", "720,000", "3", "0"]


def test_what_is_left_is_said() -> None:
    assert summary([_part("o3", 1, left=5)]).endswith("files are left in some partitions: run `make compact` again")


def test_nothing_to_do_is_said() -> None:
    assert summary([]) == "every partition is compact"
