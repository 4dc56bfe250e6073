"""Codes of countries."""

from importlib.resources import files

import pytest

from geoclimate.domain.countries import KOSOVO, check_country, numeric_codes
from geoclimate.domain.errors import InvalidQuery


def test_the_codes_are_those_of_the_tz_database() -> None:
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text()
    listed = {line[:2] for line in table.splitlines() if line and not line.startswith("#")}

    assert set(numeric_codes()) == listed
    assert len(set(numeric_codes().values())) == len(listed)


@pytest.mark.parametrize("code", ["CN", "US", "HK", KOSOVO])
def test_a_code_that_a_country_has_is_fine(code: str) -> None:
    check_country(code)


@pytest.mark.parametrize(
    ("code", "says"),
    [("UK", "did you mean GB?"), ("EL", "did you mean GR?"), ("ZZ", "write its two letters, such as CN or US")],
)
def test_a_code_that_no_country_has_is_refused_with_what_to_do(code: str, says: str) -> None:
    with pytest.raises(InvalidQuery) as refusal:
        check_country(code)
    assert str(refusal.value) == f"'{code}' is not a country's code in ISO 3166-1: {says}"
