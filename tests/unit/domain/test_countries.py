"""Codes of countries."""

from importlib.resources import files

import pytest

from geoclimate.domain.countries import KOSOVO, numeric_codes, parse_country
from geoclimate.domain.errors import InvalidQuery


def test_the_codes_are_those_of_the_tz_database() -> None:
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text()
    listed = {line[:2] for line in table.splitlines() if line and not line.startswith("#")}

    assert set(numeric_codes()) == listed
    assert len(set(numeric_codes().values())) == len(listed)


@pytest.mark.parametrize(("text", "code"), [("CN", "CN"), ("cn", "CN"), ("Us", "US"), ("xk", KOSOVO)])
def test_a_code_is_taken_in_any_case(text: str, code: str) -> None:
    assert parse_country(text) == code


@pytest.mark.parametrize(
    ("text", "says"),
    [("UK", "did you mean GB?"), ("el", "did you mean GR?"), ("ZZ", "such as CN or US"), ("ß", "such as CN or US")],
)
def test_a_code_that_no_country_has_is_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(InvalidQuery, match=says.replace("?", r"\?")) as refusal:
        parse_country(text)
    assert "is not a country's code in ISO 3166-1" in str(refusal.value)
