"""Ids of forecasts."""

import datetime as dt
import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.forecast_ids import ID_PATTERN, ForecastName, forecast_id, named_by
from tests.api_fakes import forecast

_STATIONS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}", fullmatch=True)
_SECONDS = st.integers(0, 4 * 10**9)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@given(_STATIONS, _SECONDS, _SECONDS, st.integers(0, 999_999))
def test_an_id_leads_back_to_what_it_names_and_needs_no_escaping(
    station: str, issued: int, made_second: int, microsecond: int
) -> None:
    issue_time = _EPOCH + dt.timedelta(seconds=issued)
    made_at = _EPOCH + dt.timedelta(seconds=made_second, microseconds=microsecond)
    made = replace(forecast(), station=station, issue_time=issue_time, made_at=made_at)

    text = forecast_id(made)

    assert named_by(text) == ForecastName(station, "pm25", issue_time, made_at)
    assert re.fullmatch(ID_PATTERN, text)
    assert quote(text, safe="") == text


def test_an_instant_has_one_id_in_every_time_zone() -> None:
    made = forecast()
    east = dt.timezone(dt.timedelta(hours=8))

    assert forecast_id(replace(made, issue_time=made.issue_time.astimezone(east))) == forecast_id(made)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "openaq-8118",
        "openaq-8118~pm25~20141231T160000Z",
        "openaq-8118~pm25~20141331T160000Z~20141231T161200000000Z",
        "openaq-8118~pm25~20141231T160000Z~20141231T251200000000Z",
        "../x~pm25~20141231T160000Z~20141231T161200000000Z",
        "openaq-8118~pm25~20141231T160000Z~20141231T161200000000Z\n",
        "openaq-8118~pm25~\uff12\uff10141231T160000Z~20141231T161200000000Z",
    ],
)
def test_other_texts_name_nothing(text: str) -> None:
    assert named_by(text) is None
