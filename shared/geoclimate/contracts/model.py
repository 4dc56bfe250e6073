"""The model's input and output: one contract for training, serving and the forecast function.

A request holds the three matrices of `geoclimate.features.inputs.Inputs`, unscaled and in canonical units: as a
safetensors file (`geoclimate.features.wire`), NaN where missing, or as nested lists in JSON
(`{"history": [...], "context": [...], "future": [...]}`), null where missing. The model carries its scaling.

The answer holds quantiles in the target's canonical unit, which never cross: as a safetensors file, or as
`ForecastResponse` in JSON, as the caller accepts.

`model.tar.gz` holds the files named here at its root, and the code that serves them in `code/`.
"""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

JSON: Final = "application/json"
SAFETENSORS: Final = "application/vnd.safetensors"
MAX_ROWS: Final = 256
"""Series a call of the endpoint; a real-time endpoint takes 6 MB, and 72 lead times of a series have about 12 kB."""

QUANTILE_LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)

CONTRACT_FILE: Final = "contract.json"
EVALUATION_FILE: Final = "evaluation.json"
CARD_FILE: Final = "card.json"
CARD_TEXT_FILE: Final = "card.md"
LIGHT_MODEL_FILE: Final = "light.onnx"
LIGHT_MODEL_LIMIT_BYTES: Final = 32 * 1024 * 1024
CLIMATOLOGY_FILE: Final = "climatology.safetensors"
CLIMATOLOGY_LIMIT_BYTES: Final = 64 * 1024 * 1024
"""A station takes 8 kB (12 months, 24 hours, 7 levels), so thousands of them fit."""
ONNX_CONTRACT_KEY: Final = "contract"
"""In the metadata of an ONNX file: the contract of the model, as JSON."""


class ForecastResponse(BaseModel):
    """The endpoint's answer.

    Attributes:
        model_version: Registry version of the model that answered.
        lead_hours: Lead times, ascending.
        levels: Quantile levels, ascending.
        quantiles: [n, lead times, levels] in the canonical unit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model_version: str
    lead_hours: tuple[int, ...]
    levels: tuple[float, ...]
    quantiles: list[list[list[float]]]


class ForecastContract(BaseModel):
    """What a model was built for; stored with it and checked when it is loaded.

    Attributes:
        target: Parameter code that is forecast.
        parameters: Parameter codes of a station's own channels, the target first.
        weather: Parameter codes of known-future weather.
        neighbours: Whether the stations around are shown.
        history_hours: Rows of the history.
        lead_hours: Lead times in hours, ascending.
        max_gap_hours: Longest time for which a known value is held over missing hours.
        history_columns: Names of the history's columns, in order.
        context_columns: Names of the context's columns, in order.
        future_columns: Names of the future's columns, in order.
        levels: Quantile levels, ascending.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str
    parameters: tuple[str, ...]
    weather: tuple[str, ...]
    neighbours: bool
    history_hours: Annotated[int, Field(gt=0)]
    lead_hours: tuple[Annotated[int, Field(gt=0)], ...]
    max_gap_hours: Annotated[int, Field(ge=0)]
    history_columns: tuple[str, ...]
    context_columns: tuple[str, ...]
    future_columns: tuple[str, ...]
    levels: tuple[Annotated[float, Field(gt=0, lt=1)], ...]
