"""What a request's times may look like."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from geoclimate.contracts.forecasts import ForecastRequest
from geoclimate.contracts.http import Instant, StationId
from geoclimate.contracts.observations import ObservationsRequest

_INSTANT: TypeAdapter[dt.datetime] = TypeAdapter(Instant)
_OFFSETS = st.timedeltas(dt.timedelta(hours=-14), dt.timedelta(hours=14)).map(
    lambda offset: dt.timezone(dt.timedelta(minutes=offset // dt.timedelta(minutes=1)))
)


@given(
    st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2199, 12, 30)),  # noqa: DTZ001 - the offset comes beside it
    _OFFSETS,
)
def test_an_instant_keeps_its_meaning_and_becomes_utc(naive: dt.datetime, offset: dt.timezone) -> None:
    instant = naive.replace(tzinfo=offset)

    parsed = _INSTANT.validate_python(instant.isoformat())

    assert parsed == instant
    assert parsed.utcoffset() == dt.timedelta(0)


@given(st.text())
def test_any_text_is_an_aware_instant_or_a_validation_error(text: str) -> None:
    try:
        parsed = _INSTANT.validate_python(text)
    except ValidationError:
        return
    assert parsed.tzinfo is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2014-01-31T05:00:00", "no offset"),
        ("2014-01-31", "no offset"),
        ("2014-01-31T05:00:00 01:00", "%2B"),
        ("yesterday", "ISO 8601"),
        ("1391144400", "ISO 8601"),
        ("", "ISO 8601"),
        ("0001-01-01T00:00:00+14:00", "years 1900 to 2200"),
        ("9999-12-31T23:59:59-14:00", "years 1900 to 2200"),
        (1_391_144_400, "is a number"),
        (-62_135_596_800.0, "is a number"),
    ],
)
def test_refuses_a_time_that_names_no_instant_and_says_what_to_do(text: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        _INSTANT.validate_python(text)


@pytest.mark.parametrize("station", ["openaq-8118", "epa-06-037-1103", "A.b_c-1"])
def test_takes_the_ids_of_stations(station: str) -> None:
    assert TypeAdapter(StationId).validate_python(station) == station


@pytest.mark.parametrize("station", ["", "a#b", "a/b", "a b", "-a", "a\n", "ä", "a" * 129, "../x"])
def test_refuses_an_id_that_could_reach_another_key(station: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(StationId).validate_python(station)


@pytest.mark.parametrize("parameter", ["", "PM25", "pm25#", "pm 25", "2pm", "a" * 33])
def test_refuses_a_parameter_that_is_no_code(parameter: str) -> None:
    with pytest.raises(ValidationError):
        ForecastRequest(parameter=parameter)


def test_refuses_a_misspelt_query_parameter() -> None:
    with pytest.raises(ValidationError, match="form"):
        ObservationsRequest.model_validate({"parameter": "pm25", "form": "2014-01-31T05:00:00Z"})
