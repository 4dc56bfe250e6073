"""The page about wide CSV says what the code does."""

import datetime as dt
import re
from pathlib import Path

from geoclimate.domain.delivery import AcceptedRow, Delivery
from geoclimate.domain.mapping import parse_mapping
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.wide_stamps import DIRECTIVES
from tests.format_rows import read_rows

PAGE = (Path(__file__).parents[3] / "docs" / "wide-csv.md").read_text(encoding="utf-8")
NOW = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_example_reads_the_lines_of_the_page() -> None:
    lines = examples("")[0].splitlines()
    rows = read_rows(lines, Delivery("ab" * 32, NOW, NOW), parse_mapping(examples("json")[0].encode()))
    seen = [row.observation for row in rows if isinstance(row, AcceptedRow)]
    assert len(seen) == len(rows) == 24
    first = [observation for observation in seen if observation.line == 2]
    assert {(one.station, one.instrument, one.start.isoformat()) for one in first} == {
        ("wide-uci-Aotizhongxin", "1", "2013-02-28T16:00:00+00:00")
    }
    assert {one.parameter: one.value for one in first}["wind_direction"] == 337.5


def test_the_least_mapping_is_one() -> None:
    assert parse_mapping(examples("json")[1].encode()).used == ("when", "PM2.5", "T")


def test_all_parameters_and_directives_are_named() -> None:
    assert " ".join(PARAMETERS) in PAGE
    assert all(directive in PAGE for directive in DIRECTIVES)
