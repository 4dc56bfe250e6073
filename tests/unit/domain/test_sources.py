"""Whose word counts."""

from pathlib import Path

import pytest

from geoclimate.domain.aqs import SOURCE as EPA
from geoclimate.domain.openaq import SOURCE as OPENAQ
from geoclimate.domain.sources import AIRDATA, AIRNOW, SOURCES, precedence


def test_what_the_agency_validated_comes_before_what_it_did_not_and_that_before_what_others_pass_on() -> None:
    assert precedence(EPA) > precedence(AIRDATA) > precedence(AIRNOW) > precedence(OPENAQ) > precedence("wide")


@pytest.mark.parametrize("source", ["", "EPA", "a source that nobody knows"])
def test_an_unknown_source_comes_last(source: str) -> None:
    assert precedence(source) < min(known.precedence for known in SOURCES)


def test_every_source_stands_at_a_place_of_its_own_for_a_reason() -> None:
    ordered = [source.precedence for source in SOURCES]
    assert ordered == sorted(set(ordered), reverse=True)
    assert all(source.reason.endswith(".") for source in SOURCES)


def test_the_lakes_page_ranks_sources_as_the_store_does() -> None:
    order = " ".join(f"WHEN '{source.name}' THEN {source.precedence}" for source in SOURCES)
    page = (Path(__file__).parents[3] / "docs/lake.md").read_text(encoding="utf-8")
    assert page.count(f"CASE source {order} ELSE {precedence('unknown')} END DESC") == page.count("CASE source") == 2
