"""Reading whole files as columns, block by block."""

import pytest

from geoclimate.columnar import read_file
from geoclimate.columnar.columns import Vocabulary
from geoclimate.domain.errors import UnreadableFile
from tests import epa_files
from tests.columns_read import DELIVERY, InPieces, as_columns, line_by_line, observation_blocks
from tests.epa_files import DAILY, HOURLY, daily, hours


def test_other_formats_are_read_line_by_line() -> None:
    rows = [daily(), daily(Event_Type="Excluded"), daily(Arithmetic_Mean="-999"), daily(POC="4")]
    content = epa_files.text(DAILY, rows).encode()
    found, refusals, skipped = as_columns(content)
    assert (found, refusals, skipped) == line_by_line(content)
    assert ([row[0] for row in found], [row.line for row in refusals], [row.line for row in skipped]) == (
        [2, 5],
        [4],
        [3],
    )


def test_gives_rows_before_it_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_file, "ROWS_AT_ONCE", 100)
    content = InPieces(epa_files.text(HOURLY, hours(1000)).encode(), 2**14)
    first = next(observation_blocks(content, DELIVERY, Vocabulary()))
    assert 100 <= len(first.columns) <= 200
    assert content.tell() == 3 + 2 * 2**14


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        (b"", "empty", None),
        (b"\n \n\r\n", "empty", None),
        (b"\xef\xbb\xbf", "empty", None),
        (b"\nwhen,where\n1,2\n", "header", 2),
        (",".join(HOURLY).encode() + b"\n\n", "no-rows", 1),
    ],
)
def test_refuses_a_file_of_which_nothing_can_be_read(content: bytes, rule: str, line: int | None) -> None:
    with pytest.raises(UnreadableFile) as refused:
        as_columns(content)
    assert (refused.value.rule, refused.value.line) == (rule, line)
