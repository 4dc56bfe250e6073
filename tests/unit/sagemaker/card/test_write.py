"""The card that is written with every model."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geoclimate_ml.card.write import ModelFacts, write_card
from geoclimate_ml.scoring.forecasts import Forecasts
from geoclimate_ml.scoring.tables import EvaluationTables, tables_of
from tests.synthetic_forecasts import normal_forecasts, normal_quantiles

DAY = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
FACTS = ModelFacts(
    version="pm25-20150401",
    target="pm25",
    members={"gru": "64 wide, 50,000 weights"},
    dataset_digest="ab" * 32,
    code_digest=None,
    training_start=DAY - dt.timedelta(days=700),
    training_end=DAY,
    test_start=DAY,
    test_end=DAY + dt.timedelta(days=90),
    stations=("station-0", "station-1"),
    held_out=("station-2",),
    light="lstm in int8; its 80% interval covered 79.0% of the test part",
)


def _tables(said: Forecasts, target: str = "pm25") -> EvaluationTables:
    persistence = replace(said, quantiles=normal_quantiles(np.repeat(said.last[:, None], 4, axis=1), 30))
    return tables_of({"mixture": said, "persistence": persistence}, "mixture", target, frozenset(FACTS.stations))


@pytest.fixture(scope="module")
def said() -> Forecasts:
    return normal_forecasts(issues=400)


def test_holds_the_scores_the_lineage_and_pictures_that_are_there(said: Forecasts, tmp_path: Path) -> None:
    tables = _tables(said)
    files = write_card(tmp_path, tables, FACTS)
    assert {file.name for file in files} == {file.name for file in tmp_path.iterdir()}
    page = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert FACTS.dataset_digest in page
    assert f"| light model | {FACTS.light} |" in page
    assert f"**mixture** | {tables.total['mixture']['mae']:.2f} [" in page
    assert "| 2015-Q1 |" in page
    assert "| held out |" in page
    assert "us-epa-2024: Unhealthy for Sensitive Groups" in page
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", page)
    assert len(pictures) == 2
    for picture in pictures:
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")


def test_every_row_of_a_table_has_as_many_columns_as_its_head(said: Forecasts, tmp_path: Path) -> None:
    write_card(tmp_path, _tables(said), FACTS)
    blocks = (tmp_path / "card.md").read_text(encoding="utf-8").split("\n\n")
    tables = [block.splitlines() for block in blocks if block.startswith("|")]
    assert len(tables) >= 8
    for lines in tables:
        assert len({line.count("|") for line in lines}) == 1


def test_says_where_the_model_is_not_to_be_trusted(said: Forecasts, tmp_path: Path) -> None:
    narrow = replace(said, quantiles=normal_quantiles(said.median, 5))
    write_card(tmp_path, _tables(narrow), FACTS)
    page = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert re.search(r"does not cover 78% to 82% in: 2015-Q1 \(4\d\.\d%\), 2015-Q2", page)
    assert "At no lead time is it worse than persistence." in page


def test_a_target_of_no_index_has_a_card_too(said: Forecasts, tmp_path: Path) -> None:
    write_card(tmp_path, _tables(said, "pm1"), FACTS)
    assert "Brier" not in (tmp_path / "card.md").read_text(encoding="utf-8")


def test_a_station_that_never_changes_has_no_skill_over_persistence(said: Forecasts, tmp_path: Path) -> None:
    still = said.station == 1
    stuck = replace(
        said,
        observed=np.where(still[:, None], 700, said.observed).astype(np.float32),
        last=np.where(still, 700, said.last).astype(np.float32),
    )
    write_card(tmp_path, _tables(stuck), FACTS)
    page = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert re.search(r"^\| station-0 \| .* \| -?\d\.\d{3} \|$", page, re.MULTILINE)
    assert re.search(r"^\| station-1 \| .* \|  \|$", page, re.MULTILINE)


def test_the_same_evaluation_gives_the_same_bytes(said: Forecasts, tmp_path: Path) -> None:
    tables = _tables(said)
    one, other = (
        [file.read_bytes() for file in write_card(tmp_path / name, tables, FACTS)] for name in ("one", "other")
    )
    assert one == other
