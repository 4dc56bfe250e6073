"""Trained models, as the registry knows them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RegistryStage(StrEnum):
    """Where a model stands in its life."""

    CANDIDATE = "candidate"
    STAGING = "staging"
    PRODUCTION = "production"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class BaselineScore:
    """How another forecaster did on the same forecasts.

    Attributes:
        mae: Mean absolute error of its median over all lead times, canonical unit.
        crps: Continuous ranked probability score over all lead times, canonical unit; the MAE where it gives one value.
    """

    mae: float
    crps: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a model did on the last part of the time line, which it never saw in training.

    Everything after `persistence_mae_by_lead` may be missing: evaluations of older versions are still read.

    Attributes:
        test_start: First issue time of the test period, UTC.
        test_end: Last issue time of the test period, UTC.
        forecasts: Number of forecasts scored.
        mae: Mean absolute error of the median over all lead times, canonical unit.
        persistence_mae: The same for persistence, on the same forecasts.
        coverage: Share of observations inside the interval that promises `nominal_coverage`.
        nominal_coverage: Share that the interval promises.
        mae_by_lead: MAE a lead time, ascending lead times.
        persistence_mae_by_lead: The same for persistence.
        crps: Continuous ranked probability score over all lead times, canonical unit.
        production_version: Version of the model in production that was scored or tried; None where there was none.
        production_crps: CRPS of the model in production on the same forecasts, None where it was not scored.
        production_unscored: Why the model in production could not be scored, such as inputs of another contract.
        crps_by_group: CRPS a group of stations.
        production_crps_by_group: The same for the model in production, None where it was not scored.
        forecasts_by_group: Forecasts scored a group of stations; the same names as `crps_by_group`.
        coverage_by_quarter: As `coverage`, a quarter of the test period, named `2015-Q1`.
        forecasts_by_quarter: Forecasts issued a quarter; the same names as `coverage_by_quarter`.
        baselines: Scores by name: `persistence`, `seasonal_naive`, `climatology`, `boosting`.
        members: Scores of each network alone, by its architecture's name.
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
    crps: float | None = None
    production_version: str | None = None
    production_crps: float | None = None
    production_unscored: str | None = None
    crps_by_group: Mapping[str, float] = field(default_factory=dict)
    production_crps_by_group: Mapping[str, float] | None = None
    forecasts_by_group: Mapping[str, int] = field(default_factory=dict)
    coverage_by_quarter: Mapping[str, float] = field(default_factory=dict)
    forecasts_by_quarter: Mapping[str, int] = field(default_factory=dict)
    baselines: Mapping[str, BaselineScore] = field(default_factory=dict)
    members: Mapping[str, BaselineScore] = field(default_factory=dict)

    @property
    def skill(self) -> float:
        """1 - MAE over persistence's MAE: above 0 where the model is better than persistence."""
        return 1.0 - self.mae / self.persistence_mae


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """One version of a model in the registry.

    Everything after `created_at` may be missing: records of older versions are still read.

    Attributes:
        target: Parameter code that it forecasts.
        version: Unique name, the training run's.
        stage: Where it stands.
        artifact_uri: `s3://` address of its `model.tar.gz`.
        artifact_digest: SHA-256 of that file, hexadecimal.
        dataset_digest: SHA-256 of the data set that it was trained on, hexadecimal.
        evaluation: How it did on unseen data.
        created_at: When it was registered, UTC.
        code_digest: SHA-256 of the archive of the training source, hexadecimal.
        card_uri: `s3://` address of its card, a Markdown page.
        light_model_uri: `s3://` address of the light ONNX model for Lambda.
        light_model_digest: SHA-256 of that file, hexadecimal.
        climatology_uri: `s3://` address of the climatology of its training years.
        climatology_digest: SHA-256 of that file, hexadecimal.
        parity: Largest difference between two ways of running it, by name (such as `onnx`, `int8`), canonical unit.
        judged_against: The version in production with which the gate compared it; None where there was none.
        promoted_at: When it first came into production, UTC; None where it never did.
        replaced: The version whose place it took then; None where there was none.
    """

    target: str
    version: str
    stage: RegistryStage
    artifact_uri: str
    artifact_digest: str
    dataset_digest: str
    evaluation: Evaluation
    created_at: dt.datetime
    code_digest: str | None = None
    card_uri: str | None = None
    light_model_uri: str | None = None
    light_model_digest: str | None = None
    climatology_uri: str | None = None
    climatology_digest: str | None = None
    parity: Mapping[str, float] = field(default_factory=dict)
    judged_against: str | None = None
    promoted_at: dt.datetime | None = None
    replaced: str | None = None
