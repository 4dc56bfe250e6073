"""Reading the OpenAQ archive's CSV."""

import datetime as dt
from typing import Any

import pytest

from geoclimate.domain.delivery import AcceptedRow, Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.quality import BELOW_DETECTION, Refusal
from tests.format_rows import read_rows
from tests.openaq_archive import HEADER, NOW, UPLOADED, hours, row, text

DELIVERY = Delivery(digest="ab" * 32, uploaded_at=UPLOADED, now=NOW)


def read(content: str) -> list[Any]:
    return read_rows(content.splitlines(keepends=True), DELIVERY)


def read_one(**changes: str) -> AcceptedRow:
    [found] = read(text([row(**changes)]))
    assert isinstance(found, AcceptedRow)
    return found


def test_reads_a_row_as_delivered() -> None:
    found = read_one()
    assert (found.name, found.latitude, found.longitude) == ("Aotizhongxin", 39.982, 116.397)
    observation = found.observation
    assert (observation.station, observation.parameter, observation.instrument) == ("openaq-501001", "pm25", "50100101")
    assert (observation.value, observation.delivered_value, observation.delivered_unit) == (42.0, 42.0, "µg/m³")
    assert (observation.flag, observation.source, observation.line) == ("valid", "openaq", 2)
    assert (observation.file_digest, observation.ingested_at) == (DELIVERY.digest, UPLOADED)


def test_a_stamp_is_the_end_of_its_hour() -> None:
    observation = read_one(datetime="2014-01-01T00:00:00+08:00").observation
    assert observation.end == dt.datetime(2013, 12, 31, 16, tzinfo=dt.UTC)
    assert observation.start == dt.datetime(2013, 12, 31, 15, tzinfo=dt.UTC)


def test_converts_and_keeps_what_was_delivered() -> None:
    observation = read_one(parameter="o3", units="ppb", value="100").observation
    assert observation.value == pytest.approx(196.18, abs=0.01)
    assert (observation.delivered_value, observation.delivered_unit) == (100.0, "ppb")


def test_flags_a_value_below_detection() -> None:
    assert read_one(value="-1.5").observation.flag == BELOW_DETECTION


def test_a_station_without_a_name_goes_by_its_id() -> None:
    assert read_one(location=" ").name == "openaq-501001"


def test_a_quoted_field_may_hold_a_comma() -> None:
    assert read_one(location='Beijing, "US Embassy"').name == 'Beijing, "US Embassy"'


@pytest.mark.parametrize(
    ("column", "value", "rule", "message"),
    [
        ("location_id", "8118x", "identifier", "is not an id"),
        ("location_id", "", "required", "'location_id' is empty"),
        ("sensors_id", "a", "identifier", "is not an id"),
        ("datetime", "2014-01-01 01:00", "timestamp", "no offset"),
        ("datetime", "2031-01-01T01:00:00Z", "future", "is in the future"),
        ("lat", "139.9", "coordinates", "a latitude lies between"),
        ("lon", "east", "number", "is not a number"),
        ("parameter", "radon", "parameter", "is no parameter"),
        ("units", "furlong", "unit", "is no unit"),
        ("units", "c", "unit-of-parameter", "has no value in c"),
        ("value", "", "required", "'value' is empty"),
        ("value", "n/a", "number", "is not a number"),
        ("value", "-999", "sentinel", "stands for a missing value"),
        ("value", "1e7", "range", "cannot be"),
    ],
)
def test_refuses_a_row_with_line_column_value_and_rule(column: str, value: str, rule: str, message: str) -> None:
    refusal = read(text([row(), row(**{column: value})]))[1]
    assert isinstance(refusal, Refusal)
    assert (refusal.line, refusal.column, refusal.value, refusal.rule) == (3, column, value, rule)
    assert message in refusal.message


def test_a_bad_row_costs_no_good_one() -> None:
    rows = hours(5)
    rows[2]["value"] = "broken"
    kinds = [type(found) for found in read(text(rows))]
    assert kinds == [AcceptedRow, AcceptedRow, Refusal, AcceptedRow, AcceptedRow]


@pytest.mark.parametrize("line", ["501001,50100101,Aotizhongxin", "1,2,3,4,5,6,7,8,9,10"])
def test_refuses_a_row_with_too_few_or_too_many_fields(line: str) -> None:
    [_, refusal] = read(text([row()]) + line + "\n")
    assert (refusal.line, refusal.column, refusal.rule) == (3, None, "columns")


def test_says_how_to_mend_a_line_that_ends_with_a_comma_or_has_a_field_over_two_lines() -> None:
    [_, ends, holds] = read(text([row()]) + "1,2,3,4,5,6,7,8,9,\n1,2,3,4,5,6,7,8,9,10\n")
    assert ends.message == "the header has 9 fields and the line 10: take the comma at its end away"
    assert holds.message == "the header has 9 fields and the line 10: quote a field that has a comma"
    [broken, rest] = read(text([row(location="one\ntwo")]))
    assert broken.message.endswith("close them, double a quote inside a field, and let no field hold a line break")
    assert (broken.rule, rest.rule) == ("quoting", "columns")


def test_a_quote_left_open_spoils_its_own_line_only() -> None:
    good = text(hours(2)).splitlines(keepends=True)
    found = read("".join([good[0], '"501001,', good[1], good[2]]))
    assert [type(each) for each in found] == [Refusal, AcceptedRow]
    assert (found[0].line, found[0].rule) == (2, "quoting")


def test_refuses_a_line_that_lost_its_breaks() -> None:
    [refusal] = read(text([row(location="x" * 5000)]))
    assert (refusal.rule, refusal.line, len(refusal.value)) == ("line-length", 2, 80)


def test_passes_over_blank_lines_and_counts_them() -> None:
    found = read(text([row()]).replace("\n", "\n\n  \n"))
    assert [each.observation.line for each in found] == [4]


@pytest.mark.parametrize(
    "header",
    [
        "location_id,sensor_id,location,datetime,lat,lon,parameter,unit,value",
        " Location_ID ,SENSORS_ID,Location,Datetime,LAT,LON,Parameter,Units,Value",
        '"location_id","sensors_id","location","datetime","lat","lon","parameter","units","value"',
    ],
)
def test_recognises_the_header_in_its_spellings(header: str) -> None:
    content = text([row()]).splitlines(keepends=True)
    [found] = read(header + "\r\n" + content[1])
    assert found.observation.value == 42.0


def test_names_the_column_as_the_file_does() -> None:
    content = text([row(units="furlong")]).replace("units", "unit", 1)
    assert read(content)[0].column == "unit"


def test_takes_the_columns_in_any_order() -> None:
    [found] = read(text([row()], header=tuple(reversed(HEADER))))
    assert (found.observation.value, found.observation.station, found.latitude) == (42.0, "openaq-501001", 39.982)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (",".join(HEADER[:-1]), "nearest to that of OpenAQ archive, but lacks value;"),
        (",".join([*HEADER, "note"]), "but has the unknown 'note';"),
        (",".join([*HEADER, "unit"]), "names a column twice"),
    ],
)
def test_a_header_that_is_nearly_the_archives_is_refused_with_the_difference(header: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message) as refused:
        read(header + "\n1,2,3\n")
    assert (refused.value.rule, refused.value.line) == ("header", 1)
