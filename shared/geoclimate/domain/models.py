"""Trained models, as the registry knows them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class RegistryStage(StrEnum):
    """Where a model stands in its life."""

    CANDIDATE = "candidate"
    STAGING = "staging"
    PRODUCTION = "production"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a model did on the last part of the time line, which it never saw in training.

    Attributes:
        test_start: First issue time of the test period, UTC.
        test_end: Last issue time of the test period, UTC.
        forecasts: Number of forecasts scored.
        mae: Mean absolute error of the median over all lead times, canonical unit.
        persistence_mae: The same for persistence, on the same forecasts.
        coverage: Share of observations inside the interval between the outermost quantiles.
        nominal_coverage: Share that the interval promises.
        mae_by_lead: MAE a lead time, ascending lead times.
        persistence_mae_by_lead: The same for persistence.
    """

    test_start: dt.datetime
    test_end: dt.datetime
    forecasts: int
    mae: float
    persistence_mae: float
    coverage: float
    nominal_coverage: float
    mae_by_lead: tuple[float, ...]
    persistence_mae_by_lead: tuple[float, ...]

    @property
    def skill(self) -> float:
        """1 - MAE over persistence's MAE: above 0 where the model is better than persistence."""
        return 1.0 - self.mae / self.persistence_mae


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """One version of a model in the registry.

    Attributes:
        target: Parameter code that it forecasts.
        version: Unique name, the training job's.
        stage: Where it stands.
        artifact_uri: `s3://` address of its `model.tar.gz`.
        artifact_digest: SHA-256 of that file, hexadecimal.
        dataset_digest: SHA-256 of the data set that it was trained on, hexadecimal.
        evaluation: How it did on unseen data.
        created_at: When it was registered, UTC.
    """

    target: str
    version: str
    stage: RegistryStage
    artifact_uri: str
    artifact_digest: str
    dataset_digest: str
    evaluation: Evaluation
    created_at: dt.datetime
