"""Weather forecasts in Parquet say what the same rows say in CSV."""

import io

import pyarrow as pa
import pytest

from geoclimate.columnar.weather_columns import WeatherBlock, WeatherVocabulary
from geoclimate.columnar.weather_parquet import is_weather_forecast, read_weather_parquet
from geoclimate.domain.errors import UnreadableFile
from tests.weather_files import DELIVERY, ISSUED, packed, parquet, point_row, read_text, row, text

GOOD = [row(), row(parameter="wind_speed", unit="m/s", value="3.25"), row(valid_time="2014-01-31T07:00:00Z")]
BAD = [
    row(value="-999"),
    row(station="Mitte"),
    row(valid_time="2014-01-30T06:00:00Z"),
    row(valid_time="2014-03-30T06:00:00Z"),
    row(unit="hpa"),
    row(parameter="pm25"),
    row(issue_time="2015-01-31T00:00:00Z"),
]


def blocks(content: bytes, vocabulary: WeatherVocabulary | None = None) -> list[WeatherBlock]:
    return list(read_weather_parquet(io.BytesIO(content), DELIVERY, vocabulary or WeatherVocabulary()))


def unreadable(table: pa.Table) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        blocks(packed(table))
    return refused.value


@pytest.mark.parametrize("times_as_text", [False, True])
@pytest.mark.parametrize("rows", [GOOD, [point_row(), point_row(longitude="116.25")], [row(known_time="")]])
def test_says_what_csv_says_with_row_numbers_for_lines(rows: list[dict[str, str]], *, times_as_text: bool) -> None:
    of_csv, of_parquet = WeatherVocabulary(), WeatherVocabulary()
    [csv] = read_text(text(rows), of_csv)
    [found] = blocks(parquet(rows, times_as_text=times_as_text), of_parquet)
    assert of_parquet.places == of_csv.places
    assert of_parquet.units == of_csv.units
    for name in found.records.dtype.names or ():
        assert (found.records[name] + (1 if name == "line" else 0)).tolist() == csv.records[name].tolist()


def test_bad_rows_are_refused_by_the_same_rules() -> None:
    [csv] = read_text(text([*GOOD, *BAD]), WeatherVocabulary())
    [found] = blocks(parquet([*GOOD, *BAD]))
    assert [(each.line + 1, each.column, each.rule) for each in found.refusals] == [
        (each.line, each.column, each.rule) for each in csv.refusals
    ]
    assert len(found.refusals) == len(BAD)
    assert '"station": "Mitte"' in found.refusals[1].raw


def test_is_told_by_its_columns() -> None:
    assert is_weather_forecast(pa.schema([("issue_time", pa.string())]))
    assert not is_weather_forecast(pa.schema([("start", pa.string()), ("end", pa.string())]))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pa.table({"issue_time": [ISSUED]}), "the column 'latitude', 'longitude', 'valid_time'"),
        (pa.table({"station": ["a-1"], "valid_time": [ISSUED]}), "the column 'issue_time', 'parameter'"),
    ],
)
def test_a_missing_column_is_named(table: pa.Table, said: str) -> None:
    found = unreadable(table)
    assert found.rule == "schema"
    assert said in str(found)


def test_an_unknown_column_and_a_wrong_type_are_named() -> None:
    table = pa.table(
        {
            "station": ["a-1"],
            "issue_time": pa.array([ISSUED], pa.timestamp("us", "UTC")),
            "valid_time": pa.array([ISSUED], pa.timestamp("us")),
            "parameter": ["temperature"],
            "value": [1.5],
            "unit": ["c"],
        }
    )
    assert "the column 'valid_time' is of the type timestamp[us]: write it as timestamp with a time zone" in str(
        unreadable(table)
    )
    assert "the column 'model' is unknown: leave it out; known are station, issue_time" in str(
        unreadable(table.append_column("model", pa.array(["gfs"])))
    )
