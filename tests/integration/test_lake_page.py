"""Every statement of docs/lake.md, asked with DuckDB of files that the lake's adapter wrote."""

import datetime as dt
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import duckdb
import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from types_boto3_s3 import S3Client

from geoclimate.adapters.lake_forecasts import ParquetForecastLake
from geoclimate.adapters.lake_parquet import ParquetLake
from geoclimate.columnar.columns import Monitor
from geoclimate.columnar.weather_columns import WeatherVocabulary
from geoclimate.columnar.weather_runs import RecordFile
from geoclimate.contracts.lake import LAKE_TABLES, LakeTable, file_name
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import Refusal
from geoclimate.domain.revisions import rank
from geoclimate.domain.sources import SOURCES
from tests import weather_files
from tests.lake_rows import DELIVERY, LOS_ANGELES, batch_of, observation
from tests.verification_fakes import issued

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "lake.md").read_text()
STATEMENTS: list[str] = [
    statement.strip()
    for block in re.findall(r"^```sql\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    for statement in block.split(";\n")
    if statement.strip()
]
FINE_DUST = LOS_ANGELES._replace(parameter="pm25", delivered_unit="µg/m³")
OZONE = LOS_ANGELES
OPENAQ = FINE_DUST._replace(source="openaq")
MONITORS = tuple(FINE_DUST._replace(source=source) for source in (*(each.name for each in SOURCES), "somebody"))
LATER = dt.datetime(2020, 7, 1, tzinfo=dt.UTC)
REFUSALS = (
    Refusal(9, "value", "-999", "sentinel", "leave the row out", raw="2014-03-01,-999"),
    Refusal(4, "value", "-9999", "sentinel", "leave the row out", raw="2014-03-02,-9999"),
    Refusal(7, None, "", "columns", "the row has 2 columns", raw="a,b"),
)


def statement(*words: str) -> str:
    """The one statement of the page that holds all of these words."""
    (found,) = [each for each in STATEMENTS if all(word in each for word in words)]
    return found


class Folder:
    """A client of S3 whose objects are files, as `aws s3 sync` brings them."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put_object(self, *, Key: str, Body: bytes, **_: object) -> None:  # noqa: N803 - boto3's names
        path = self._root / Key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(Body)


class Lake:
    """A copy of a lake in a folder, and DuckDB."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(self, uploads: Sequence[Sequence[Observation]], refusals: Sequence[Refusal] = ()) -> None:
        lake = ParquetLake(cast("S3Client", Folder(self._folder / "lake")), "lake")
        for rows in uploads:
            first = rows[0]
            delivery = replace(DELIVERY, digest=first.file_digest, uploaded_at=first.ingested_at)
            lake.write(batch_of(rows, (*MONITORS, OZONE)), delivery)
        lake.write_refused(refusals, DELIVERY, 0)

    def views(self, *names: str) -> None:
        self._database = duckdb.connect()
        for name in names:
            self._database.execute(statement(f"CREATE VIEW {name} AS").replace("'lake/", f"'{self._folder}/lake/"))

    def ask(self, query: str) -> list[tuple[object, ...]]:
        return self._database.execute(query).fetchall()


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """March 2014 in hours, of which one was corrected and one was also said by somebody who counts less."""
    # A query must not depend on where it is asked.
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    begin = dt.datetime(2014, 2, 28, 18)  # noqa: DTZ001 - `observation` reads it as UTC
    hours = [(begin + dt.timedelta(hours=hour)).isoformat() for hour in range(54)]
    first = [observation(hour, 10.0 + number, FINE_DUST, line=number + 2) for number, hour in enumerate(hours)]
    corrected = [observation(hours[6], 99.0, FINE_DUST, file_digest="cd" * 32, ingested_at=LATER)]
    lesser = [observation(hours[7], 77.0, OPENAQ, file_digest="ef" * 32, ingested_at=LATER)]
    found = Lake(tmp_path)
    found.fill([first, corrected, lesser], REFUSALS)
    found.views("observations", "refused", "newest")
    return found


def test_the_page_has_statements_and_each_is_asked_below() -> None:
    views = [each for each in STATEMENTS if each.startswith("CREATE VIEW")]
    assert (len(views), len(STATEMENTS)) == (5, 12)


def test_rows_of_weather_forecasts_say_when_they_were_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    vocabulary = WeatherVocabulary()
    with RecordFile(tmp_path) as records:
        for block in weather_files.read_text(weather_files.text(weather_files.hours(2)), vocabulary):
            records.add(block.records)
    for part in records.parts(vocabulary):
        lake = ParquetLake(cast("S3Client", Folder(tmp_path / "lake")), "lake")
        lake.write_weather(part, vocabulary, weather_files.DELIVERY)
    found = Lake(tmp_path)
    found.views("weather_forecasts")
    rows = found.ask("SELECT station, issue_time, valid_time, known_at, value, year, month FROM weather_forecasts")
    issued, known = weather_files.ISSUED.replace(tzinfo=None), weather_files.UPLOADED.replace(tzinfo=None)
    assert rows == [
        (weather_files.STATION, issued, issued + dt.timedelta(hours=hour), known, hour + 0.5, 2014, 1)
        for hour in range(2)
    ]


def test_says_how_good_the_forecasts_were(lake: Lake, tmp_path: Path) -> None:
    at = dt.datetime(2014, 3, 1, 2, tzinfo=dt.UTC)
    station = FINE_DUST.station
    made = replace(
        issued(), station=station, issue_time=at, made_at=at, quantiles=((8.0, 9.0, 10.0, 17.0, 19.0, 20.0, 30.0),) * 24
    )
    again = replace(made, made_at=at + dt.timedelta(hours=1), quantiles=((900.0,) * 7,) * 24)
    forecasts = ParquetForecastLake(cast("S3Client", Folder(tmp_path / "lake")), "lake")
    forecasts.write("batch", [again, made])
    lake.views("observations", "newest", "forecasts")
    assert lake.ask("SELECT count(*), min(issue_time), max(made_at) FROM forecasts") == [
        (48, at.replace(tzinfo=None), again.made_at.replace(tzinfo=None))
    ]
    rows = lake.ask(statement("AS persistence_mae"))
    assert [row[1] for row in rows] == list(range(1, 25))
    # The hours from 02:00 on were observed as 18, 19, 20, 21 and so on.
    assert rows[0] == ("endpoint", 1, 1, 1.0, 26.0, 1.0)
    assert rows[3] == ("endpoint", 4, 1, 4.0, 23.0, 0.0)


def test_says_what_is_there(lake: Lake) -> None:
    assert lake.ask(statement("AS observations,")) == [("pm25", 2014, 2, 6, 1), ("pm25", 2014, 3, 50, 1)]


def test_times_are_utc_wherever_it_is_asked(lake: Lake) -> None:
    rows = lake.ask('SELECT min("start"), min("end"), min(ingested_at) FROM observations')
    uploaded = DELIVERY.uploaded_at.replace(tzinfo=None)
    assert rows == [(dt.datetime(2014, 2, 28, 18), dt.datetime(2014, 2, 28, 19), uploaded)]  # noqa: DTZ001 - SQL's


def test_means_are_of_the_newest_values_and_of_whole_days(lake: Lake) -> None:
    rows = lake.ask(statement("AS mean"))
    hours = [10.0 + number for number in range(6, 54)]
    assert rows == [
        (FINE_DUST.station, "1", dt.date(2014, 3, 1), (sum(hours[1:24]) + 99.0) / 24, 24),
        (FINE_DUST.station, "1", dt.date(2014, 3, 2), sum(hours[24:]) / 24, 24),
    ]


def test_what_was_known_at_an_instant_has_none_of_the_later_rows(lake: Lake) -> None:
    rows = lake.ask(statement("ingested_at <= TIMESTAMP"))
    assert [value for *_, value in rows] == [10.0 + number for number in range(6, 54)]


def test_shows_every_revision_of_what_was_corrected(lake: Lake) -> None:
    rows = lake.ask(statement("least < greatest"))
    assert [(row[3], row[5], row[7]) for row in rows] == [
        (16.0, "epa", DELIVERY.digest),
        (99.0, "epa", "cd" * 32),
        (17.0, "epa", DELIVERY.digest),
        (77.0, "openaq", "ef" * 32),
    ]


def test_another_parameter_of_the_same_instrument_is_no_revision(lake: Lake) -> None:
    # DuckDB 2.0.0 answers a minimum over a window by a join, into which no condition on `parameter` or `year` reaches.
    asked = statement("least < greatest")
    before = lake.ask(asked)
    lake.fill([[observation("2014-03-01T03:00", 600.0, OZONE)]])
    assert lake.ask(asked) == before


def test_counts_refusals_by_rule(lake: Lake) -> None:
    assert lake.ask(statement("AS refusals")) == [("sentinel", 2, 1), ("columns", 1, 1)]


def test_gives_the_refused_lines_as_they_were_delivered(lake: Lake) -> None:
    assert lake.ask(statement("raw", "FROM refused")) == [
        (DELIVERY.key, 4, "value", "-9999", "leave the row out", "2014-03-02,-9999"),
        (DELIVERY.key, 9, "value", "-999", "leave the row out", "2014-03-01,-999"),
    ]


def test_a_row_that_is_there_twice_counts_once_among_the_newest(lake: Lake, tmp_path: Path) -> None:
    month = tmp_path / "lake" / "observations" / "parameter=pm25" / "year=2014" / "month=03"
    original = month / file_name(DELIVERY.digest, DELIVERY.uploaded_at, 0)
    (month / f"compacted-{'9' * 64}.parquet").write_bytes(original.read_bytes())
    assert lake.ask("SELECT count(*) FROM observations") == [(56 + 48,)]
    assert lake.ask("SELECT count(*) FROM newest") == [(54,)]


UPLOADS = st.lists(
    st.tuples(st.sampled_from(MONITORS), st.integers(0, 2), st.sets(st.integers(0, 3), min_size=1)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(UPLOADS, st.randoms(use_true_random=False))
def test_the_newest_revision_is_the_one_that_is_served(
    tmp_path_factory: pytest.TempPathFactory, uploads: list[tuple[Monitor, int, set[int]]], chance: random.Random
) -> None:
    digests = chance.sample(range(100), len(uploads))
    written = [
        [
            observation(
                f"2014-03-01T{hour:02}:00",
                float(digest),
                monitor,
                file_digest=f"{digest:064x}",
                ingested_at=LATER + dt.timedelta(days=day),
            )
            for hour in sorted(hours)
        ]
        for digest, (monitor, day, hours) in zip(digests, uploads, strict=True)
    ]
    lake = Lake(tmp_path_factory.mktemp("lake"))
    lake.fill(written)
    lake.views("observations", "newest")
    expected = []
    for hour in range(4):
        revisions = [each for rows in written for each in rows if each.start.hour == hour]
        expected += [(hour, max(revisions, key=rank).value)] if revisions else []
    assert lake.ask('SELECT hour("start"), value FROM newest ORDER BY "start"') == expected


def _named(layout: LakeTable) -> str:
    rows = [(each, "") for each in layout.columns] + [(each, " (partition)") for each in layout.partitions]
    lines = [f"| `{each.name}` | {each.type} | {each.description}{note} |\n" for each, note in rows]
    return "| column | type | what it holds |\n|---|---|---|\n" + "".join(lines)


@pytest.mark.parametrize("layout", LAKE_TABLES, ids=lambda layout: layout.name)
def test_the_page_lists_the_columns_as_they_are(layout: LakeTable) -> None:
    assert f"{layout.description}.\n\n{_named(layout)}" in PAGE
