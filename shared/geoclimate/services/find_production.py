"""Which model is in production: the one that a candidate is compared with."""

from geoclimate.contracts.workflows import ProductionRequest, ProductionResult
from geoclimate.services.model_registry import ModelRegistry


def find_production(request: ProductionRequest, *, registry: ModelRegistry) -> ProductionResult:
    """The model in production of a parameter, and where its artifact lies."""
    record = registry.production(request.target)
    if record is None:
        return ProductionResult(present=False, version=None, artifact_uri=None, model_name=None)
    # SageMaker's model is named by the version, see NameVersion in the training workflow.
    return ProductionResult(
        present=True, version=record.version, artifact_uri=record.artifact_uri, model_name=record.version
    )
