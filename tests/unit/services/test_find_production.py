"""Which model a candidate is compared with."""

from geoclimate.contracts.workflows import ProductionRequest
from geoclimate.domain.models import RegistryStage
from geoclimate.services.find_production import find_production
from tests.workflow_fakes import RegistryInMemory, record

REQUEST = ProductionRequest(target="pm25")


def test_the_model_in_production_is_named_with_its_artifact() -> None:
    registry = RegistryInMemory([record("v1", RegistryStage.PRODUCTION), record("v2")])
    found = find_production(REQUEST, registry=registry)
    assert found.model_dump() == {
        "present": True,
        "version": "v1",
        "artifact_uri": "s3://bucket/models/v1/output/model.tar.gz",
        "model_name": "v1",
    }


def test_every_name_is_there_where_no_model_is_in_production() -> None:
    found = find_production(REQUEST, registry=RegistryInMemory([record("v2")]))
    assert found.model_dump() == {"present": False, "version": None, "artifact_uri": None, "model_name": None}
