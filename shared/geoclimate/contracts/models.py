"""Shapes of `/v1/models`."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.http import ParameterCode
from geoclimate.domain.models import RegistryStage


class ModelsRequest(BaseModel):
    """Query of `GET /v1/models`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameter: ParameterCode


class ModelAnswer(BaseModel):
    """One version of a model."""

    model_config = ConfigDict(frozen=True)

    version: Annotated[str, Field(description="Id of the version.")]
    parameter: Annotated[str, Field(description="What it forecasts.")]
    stage: Annotated[RegistryStage, Field(description="Where it stands.")]
    created_at: Annotated[dt.datetime, Field(description="When it was registered.")]


class ModelsAnswer(BaseModel):
    """Answer of `GET /v1/models`."""

    model_config = ConfigDict(frozen=True)

    models: tuple[ModelAnswer, ...]
