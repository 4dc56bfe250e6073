"""Shapes of answers about parameters."""

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ParameterAnswer(_Answer):
    """Something that stations measure."""

    code: str = Field(examples=["pm25"])
    name: str = Field(examples=["PM2.5"])
    unit: str = Field(description="Canonical unit, in which values are served.", examples=["µg/m³"])
    units: tuple[str, ...] = Field(
        description="Units that observations can be asked in with `units`.", examples=[["µg/m³", "mg/m³", "ng/m³"]]
    )
    aqi_standards: tuple[str, ...] = Field(
        description="Air quality indexes that it takes part in.", examples=[["us-epa-2024", "eu-eea-2024"]]
    )


class ParametersAnswer(_Answer):
    """Every parameter."""

    parameters: tuple[ParameterAnswer, ...]
