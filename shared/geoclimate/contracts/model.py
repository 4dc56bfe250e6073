"""The model's input and output: one contract for training, serving and the forecast function.

Input: float32 [n, history_hours, features] as `application/x-npy`, or nested lists in `application/json`
(`{"windows": [...]}`, null where missing). Feature order is `geoclimate.features`' own. Values are in canonical
units and unscaled: the model carries its scaling.

Output: `application/json`: `ForecastResponse`. Quantiles are in the target's canonical unit and never cross.

`model.tar.gz` holds the files named here at its root, and the code that serves them in `code/`.
"""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

NPY: Final = "application/x-npy"
JSON: Final = "application/json"
SAFETENSORS: Final = "application/vnd.safetensors"
MAX_ROWS: Final = 256
"""Series a call of the endpoint; a real-time endpoint takes 6 MB, and 72 lead times of a series have about 16 kB."""

QUANTILE_LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)

CONTRACT_FILE: Final = "contract.json"
EVALUATION_FILE: Final = "evaluation.json"
CARD_FILE: Final = "card.json"
CARD_TEXT_FILE: Final = "card.md"
LIGHT_MODEL_FILE: Final = "light.onnx"
CLIMATOLOGY_FILE: Final = "climatology.safetensors"
WEIGHTS_FILE: Final = "model.safetensors"
ONNX_FILE: Final = "model.onnx"
ONNX_CONTRACT_KEY: Final = "contract"
"""In the metadata of an ONNX file: the contract of the model, as JSON."""


class ModelContract(BaseModel):
    """What a model was built for; stored with it and checked when it is loaded.

    Attributes:
        target: Parameter code that is forecast.
        parameters: Parameter codes of the input channels, the target first.
        feature_names: Name of each column of a window, in order.
        history_hours: Rows of a window.
        lead_hours: Lead times, ascending.
        levels: Quantile levels, ascending.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str
    parameters: tuple[str, ...]
    feature_names: tuple[str, ...]
    history_hours: Annotated[int, Field(gt=0)]
    lead_hours: tuple[Annotated[int, Field(gt=0)], ...]
    levels: tuple[Annotated[float, Field(gt=0, lt=1)], ...]


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
