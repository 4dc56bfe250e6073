from local.forecast_table import forecast_table

_LEADS = [
    {"lead_hours": 1, "start": "2014-12-31T16:00:00Z", "lower": 8.0, "median": 12.5, "upper": 20.0},
    {"lead_hours": 2, "start": "2014-12-31T17:00:00Z", "lower": 6.0, "median": 13.0, "upper": 40.0},
]


def _forecast(leads: list[dict[str, object]]) -> dict[str, object]:
    return {
        "station": "openaq-900001",
        "parameter": "pm25",
        "unit": "µg/m³",
        "issue_time": "2014-12-31T16:00:00Z",
        "model_version": "m1",
        "interval_level": 0.8,
        "lead_times": leads,
    }


def test_a_row_an_hour_with_its_interval() -> None:
    series, header, first, second = forecast_table(_forecast(_LEADS)).splitlines()

    assert series == "pm25 at openaq-900001, µg/m³; issued 2014-12-31T16:00:00Z, model m1"
    assert "80% interval" in header
    assert first.split()[:8] == ["2014-12-31", "16:00", "1", "12.5", "8.0", "to", "20.0", "----o--------"]
    assert second.split()[:7] == ["2014-12-31", "17:00", "2", "13.0", "6.0", "to", "40.0"]


def test_draws_nothing_where_everything_is_zero() -> None:
    calm = [{"lead_hours": 1, "start": "2014-12-31T16:00:00Z", "lower": 0.0, "median": 0.0, "upper": 0.0}]

    assert forecast_table(_forecast(calm)).splitlines()[2].endswith("0.0 to 0.0  o")
