"""The tables and the worked example of docs/aqi.md, against the data and the program."""

import re
from pathlib import Path

import pytest

from geoclimate.domain.aqi.catalogue import STANDARDS
from geoclimate.domain.aqi.eu_eea_2024 import EU_EEA_2024
from geoclimate.domain.aqi.nowcast_pm import nowcast_pm, weight_factor
from geoclimate.domain.aqi.sub_index import sub_index
from geoclimate.domain.aqi.us_epa_2024 import US_EPA_2024
from geoclimate.domain.null_reasons import NullReason

_PAGE = (Path(__file__).resolve().parents[4] / "docs" / "aqi.md").read_text(encoding="utf-8")


def _table(heading: str) -> list[list[str]]:
    """Header and rows of the first table below a heading, cell by cell."""
    text = _PAGE.split(heading, 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert lines is not None
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines.group().splitlines()]
    return [rows[0], *rows[2:]]


def test_the_us_table_is_the_data() -> None:
    header, *rows = _table("## US: `us-epa-2024`")

    expected = []
    for scale in US_EPA_2024.scales:
        ranges = {f"{one.index_low}-{one.index_high}": f"{one.low}-{one.high}" for one in scale.segments}
        expected.append(
            [scale.parameter, str(scale.averaging_hours), scale.unit, *(ranges.get(name, "") for name in header[3:])]
        )
    assert rows == expected


def test_the_european_table_is_the_data() -> None:
    header, *rows = _table("## Europe: `eu-eea-2024`")

    assert header[1:] == [f"{one.low} {one.name}" for one in EU_EEA_2024.categories]
    assert rows == [
        [scale.parameter, *("above" if one.high is None else str(one.high) for one in scale.segments)]
        for scale in EU_EEA_2024.scales
    ]


def test_the_page_names_every_standard_category_and_reason() -> None:
    assert [row[0] for row in _table("# The air quality index")[1:]] == [f"`{name}`" for name in STANDARDS]
    assert [row[0] for row in _table("**No index**")[1:]] == [f"`{reason}`" for reason in NullReason]
    for category in US_EPA_2024.categories:
        assert f"{category.name} (" in _PAGE.replace("\n", " ")


def test_the_worked_example_is_what_the_program_computes() -> None:
    figures = dict(re.findall(r"^(hours|range|weight|NowCast|entered|index) +(.*)$", _PAGE, re.MULTILINE))
    hours = [float(value) for value in figures["hours"].removesuffix(" µg/m³").split()]
    nowcast = nowcast_pm(list(reversed(hours)))
    (scale,) = US_EPA_2024.scales_of("pm25")

    assert len(hours) == 12
    assert nowcast is not None
    found = sub_index(scale, nowcast)
    assert found is not None
    assert float(figures["range"]) == max(hours) - min(hours)
    assert float(figures["weight"]) == weight_factor(hours)
    assert float(figures["NowCast"]) == pytest.approx(nowcast, abs=0.005)
    assert float(figures["entered"]) == found.concentration
    assert figures["index"] == f"{found.index} {US_EPA_2024.category(found.index).name}"
