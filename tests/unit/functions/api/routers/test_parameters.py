"""`/v1/parameters`."""

from geoclimate.domain.parameters import PARAMETERS
from tests.unit.functions.api.conftest import Api


def test_lists_every_parameter_with_its_unit_and_its_indexes(api: Api) -> None:
    answer = api.get("/v1/parameters")

    assert answer.status_code == 200
    listed = {one["code"]: one for one in answer.json()["parameters"]}
    assert list(listed) == list(PARAMETERS)
    assert listed["pm25"] == {
        "code": "pm25",
        "name": "PM2.5",
        "unit": "µg/m³",
        "units": ["µg/m³", "mg/m³", "ng/m³"],
        "aqi_standards": ["us-epa-2024", "eu-eea-2024"],
    }
    assert listed["co"]["aqi_standards"] == ["us-epa-2024"]
    assert (listed["temperature"]["unit"], listed["temperature"]["aqi_standards"]) == ("c", [])


def test_takes_no_query(api: Api) -> None:
    assert api.problem("/v1/parameters", station="openaq-1").status == 422
