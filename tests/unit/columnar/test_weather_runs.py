"""From rows in any order to runs."""

import datetime as dt
import json
import random
from pathlib import Path

import pytest

from geoclimate.columnar import weather_runs
from geoclimate.columnar.columns import time_at
from geoclimate.columnar.weather_columns import WeatherVocabulary
from geoclimate.columnar.weather_runs import RecordFile, WeatherPart, span_of
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.weather_forecasts import at_station
from tests.weather_files import ISSUED, STATION, UPLOADED, hours, read_text, row, runs_in, text

MANY = [
    each
    for run in range(6)
    for place in range(5)
    for each in hours(8, issued=ISSUED - dt.timedelta(hours=6 * run), station=f"openaq-{place}")
]


def parts_of(rows: list[dict[str, str]], folder: Path) -> tuple[list[WeatherPart], WeatherVocabulary]:
    vocabulary = WeatherVocabulary()
    with RecordFile(folder) as records:
        for block in read_text(text(rows), vocabulary):
            assert not block.refusals
            records.add(block.records)
    return list(records.parts(vocabulary)), vocabulary


def test_rows_become_runs_whatever_their_order(tmp_path: Path) -> None:
    shuffled = random.Random(3).sample(MANY, len(MANY))  # noqa: S311 - orders rows, protects nothing
    found = runs_in(*parts_of(shuffled, tmp_path))
    assert len(found) == 30
    for run in found:
        [edition] = run.editions
        assert edition.cells == {"temperature": {hour: hour + 0.5 for hour in range(8)}}
        assert (edition.uploaded_at, edition.known_at, edition.file_digest) == (UPLOADED, UPLOADED, "cd" * 32)


def test_a_large_file_is_cut_between_runs_and_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole, vocabulary = parts_of(MANY, tmp_path / "whole")
    monkeypatch.setattr(weather_runs, "ROWS_A_PART", 40)
    monkeypatch.setattr(weather_runs, "_SCANNED_AT_ONCE", 7)
    shuffled = random.Random(3).sample(MANY, len(MANY))  # noqa: S311 - orders rows, protects nothing
    cut, cut_vocabulary = parts_of(shuffled, tmp_path / "cut")
    assert len(whole) == 1
    assert len(cut) == 6
    assert sum(1 for part in cut if len(part.records)) >= 3
    assert runs_in(cut, cut_vocabulary) == runs_in(whole, vocabulary)


def test_the_lowest_line_decides_and_another_value_is_refused(tmp_path: Path) -> None:
    [part], vocabulary = parts_of([row(), row(value="7"), row(), row(value="8")], tmp_path)
    assert (part.records["value"].tolist(), part.repeated) == ([-4.8], 1)
    assert [(refusal.line, refusal.column, refusal.value, refusal.rule) for refusal in part.refusals] == [
        (3, "value", "7.0", "duplicate"),
        (5, "value", "8.0", "duplicate"),
    ]
    assert part.refusals[0].message.startswith("line 2 gives another value of temperature for the same place")
    assert json.loads(part.refusals[0].raw) == {
        "place": f"station#{STATION}",
        "issue_time": "2014-01-31T00:00:00+00:00",
        "valid_time": "2014-01-31T06:00:00+00:00",
        "parameter": "temperature",
        "value": 7.0,
        "unit": "c",
    }
    assert runs_in([part], vocabulary)[0].place == at_station(STATION)


def test_an_archive_with_a_correction_gives_two_editions(tmp_path: Path) -> None:
    first = row(known_time="2014-01-31T04:00:00Z")
    corrected = row(known_time="2014-01-31T05:00:00Z", value="-3")
    [run] = runs_in(*parts_of([corrected, first], tmp_path))
    assert [(edition.known_at.hour, edition.cells) for edition in run.editions] == [
        (4, {"temperature": {6: -4.8}}),
        (5, {"temperature": {6: -3.0}}),
    ]


def test_a_file_without_a_good_row_has_no_parts(tmp_path: Path) -> None:
    with RecordFile(tmp_path) as records:
        pass
    assert list(records.parts(WeatherVocabulary())) == []


def test_a_file_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weather_runs, "MOST_ROWS", 10)
    with pytest.raises(UnreadableFile, match="more than 10 rows: upload it in parts") as refused:
        parts_of(hours(11), tmp_path)
    assert refused.value.rule == "too-large"


def test_the_span_is_of_the_hours_that_are_forecast(tmp_path: Path) -> None:
    rows = [each | {"issue_time": "2014-01-31T00:30:00Z"} for each in hours(5, first=2)]
    [part], _ = parts_of(rows, tmp_path)
    first, last = span_of(part.records)
    assert time_at(first) == ISSUED + dt.timedelta(hours=2)
    assert time_at(last) == ISSUED + dt.timedelta(hours=7)
