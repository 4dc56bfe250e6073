"""Files of the US EPA for tests: headers as its files have them, rows as it writes them."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping


def _columns(text: str) -> list[str]:
    return [column.strip() for column in text.split(",")]


HOURLY = _columns(
    "State Code, County Code, Site Num, Parameter Code, POC, Latitude, Longitude, Datum, Parameter Name, Date Local,"
    "Time Local, Date GMT, Time GMT, Sample Measurement, Units of Measure, MDL, Uncertainty, Qualifier, Method Type,"
    "Method Code, Method Name, State Name, County Name, Date of Last Change"
)
DAILY = _columns(
    "State Code, County Code, Site Num, Parameter Code, POC, Latitude, Longitude, Datum, Parameter Name,"
    "Sample Duration, Pollutant Standard, Date Local, Units of Measure, Event Type, Observation Count,"
    "Observation Percent, Arithmetic Mean, 1st Max Value, 1st Max Hour, AQI, Method Code, Method Name, Local Site Name,"
    "Address, State Name, County Name, City Name, CBSA Name, Date of Last Change"
)
OUTDOOR_VALUES = _columns(
    "Daily Mean PM2.5 Concentration, Daily Max 8-hour CO Concentration, Daily Max 1-hour NO2 Concentration,"
    "Daily Max 8-hour Ozone Concentration, Daily Max 1-hour SO2 Concentration"
)
OUTDOOR = _columns(
    "Date, Source, Site ID, POC, Daily Mean PM2.5 Concentration, Units, Daily AQI Value, Local Site Name,"
    "Daily Obs Count, Percent Complete, AQS Parameter Code, AQS Parameter Description, Method Code, Method Description,"
    "CBSA Code, CBSA Name, State FIPS Code, State, County FIPS Code, County, Site Latitude, Site Longitude"
)
HOURLY_2014 = [column for column in HOURLY if column != "Method Code"]
HOURLY_ROW = {
    "State Code": "06",
    "County Code": "001",
    "Site Num": "0007",
    "Parameter Code": "88101",
    "POC": "3",
    "Latitude": "37.687526",
    "Longitude": "-121.784217",
    "Datum": "NAD83",
    "Parameter Name": "PM2.5 - Local Conditions",
    "Date Local": "2013-12-31",
    "Time Local": "16:00",
    "Date GMT": "2014-01-01",
    "Time GMT": "00:00",
    "Sample Measurement": "11",
    "Units of Measure": "Micrograms/cubic meter (LC)",
    "MDL": "5",
    "Uncertainty": "",
    "Qualifier": "",
    "Method Type": "FEM",
    "Method Code": "170",
    "Method Name": "Met One BAM-1020 Mass Monitor w/VSCC - Beta Attenuation",
    "State Name": "California",
    "County Name": "Alameda",
    "Date of Last Change": "2014-02-02",
}

DAILY_ROW = {
    "State Code": "06",
    "County Code": "001",
    "Site Num": "0007",
    "Parameter Code": "88101",
    "POC": "3",
    "Latitude": "37.687526",
    "Longitude": "-121.784217",
    "Datum": "NAD83",
    "Parameter Name": "PM2.5 - Local Conditions",
    "Sample Duration": "1 HOUR",
    "Pollutant Standard": "",
    "Date Local": "2019-01-31",
    "Units of Measure": "Micrograms/cubic meter (LC)",
    "Event Type": "None",
    "Observation Count": "24",
    "Observation Percent": "100.0",
    "Arithmetic Mean": "8.708333",
    "1st Max Value": "14.0",
    "1st Max Hour": "7",
    "AQI": "",
    "Method Code": "170",
    "Method Name": "Met One BAM-1020 Mass Monitor w/VSCC - Beta Attenuation",
    "Local Site Name": "Livermore",
    "Address": "793 Rincon Ave., Livermore",
    "State Name": "California",
    "County Name": "Alameda",
    "City Name": "Livermore",
    "CBSA Name": "San Francisco-Oakland-Hayward, CA",
    "Date of Last Change": "2019-05-07",
}

OUTDOOR_ROW = {
    "Date": "01/31/2019",
    "Source": "AQS",
    "Site ID": "060010007",
    "POC": "3",
    "Daily Mean PM2.5 Concentration": "8.7",
    "Units": "ug/m3 LC",
    "Daily AQI Value": "48",
    "Local Site Name": "Livermore",
    "Daily Obs Count": "1",
    "Percent Complete": "100",
    "AQS Parameter Code": "88101",
    "AQS Parameter Description": "PM2.5 - Local Conditions",
    "Method Code": "170",
    "Method Description": "Met One BAM-1020 Mass Monitor w/VSCC",
    "CBSA Code": "41860",
    "CBSA Name": "San Francisco-Oakland-Hayward, CA",
    "State FIPS Code": "06",
    "State": "California",
    "County FIPS Code": "001",
    "County": "Alameda",
    "Site Latitude": "37.687526",
    "Site Longitude": "-121.784217",
}


def outdoor(value_column: str = OUTDOOR_VALUES[0], **changes: str) -> dict[str, str]:
    """A row of AirData's daily files; the value stands in the column named, blanks of other columns are written `_`."""
    row = _changed(OUTDOOR_ROW, changes)
    return {value_column if name == OUTDOOR_VALUES[0] else name: value for name, value in row.items()}


def daily(**changes: str) -> dict[str, str]:
    """A daily row that passes every rule, but for the changes; a column's blanks are written `_`."""
    return _changed(DAILY_ROW, changes)


def hourly(**changes: str) -> dict[str, str]:
    """An hourly row that passes every rule, but for the changes; a column's blanks are written `_`."""
    return _changed(HOURLY_ROW, changes)


def hours(count: int, **changes: str) -> list[dict[str, str]]:
    """Hourly rows of consecutive hours from 2014 on that pass every rule, but for the changes."""
    first = dt.datetime(2014, 1, 1)  # noqa: DTZ001 - written as a text only
    stamps = [first + dt.timedelta(hours=number) for number in range(count)]
    return [{**hourly(**changes), "Date GMT": f"{stamp:%Y-%m-%d}", "Time GMT": f"{stamp:%H:%M}"} for stamp in stamps]


def _changed(row: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    named = {name.replace("_", " "): value for name, value in changes.items()}
    assert named.keys() <= row.keys()
    return {**row, **named}


def text(header: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as EPA writes them: texts in quotes, numbers without."""
    columns = list(header)
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(columns)
    for row in rows:
        out.write(",".join(_field(name, row[name]) for name in columns) + "\n")
    return out.getvalue()


def _field(name: str, value: str) -> str:
    bare = {"POC", "Latitude", "Longitude", "Sample Measurement", "Arithmetic Mean", "1st Max Value"}
    return value if name in bare else '"' + value.replace('"', '""') + '"'
