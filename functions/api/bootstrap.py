"""Wiring of the API function: which stores the routes get.

Nothing is made at import. The providers are coroutines, since FastAPI sends plain functions through a thread pool.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

from aws_lambda_powertools import Logger
from fastapi import Depends

from functions.api.settings import ApiSettings
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.telemetry import function_logger
from geoclimate.services.live_coverage import LiveCoverages
from geoclimate.services.meter_calls import CallMeter
from geoclimate.services.model_registry import ModelRegistry
from geoclimate.services.ports import Clock, ForecastStore, ObservationStore, StationStore
from geoclimate.services.verification_ports import SkillStore

# One read takes milliseconds. A caller rather hears 503 after a few seconds than the gateway's time-out after 29.
_CONNECT_SECONDS: Final = 1
_READ_SECONDS: Final = 2
_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Stores:
    """What the API reads."""

    stations: StationStore
    observations: ObservationStore
    forecasts: ForecastStore
    skills: SkillStore
    registry: ModelRegistry


@lru_cache(maxsize=1)
def api_settings() -> ApiSettings:
    """The function's environment."""
    return ApiSettings.from_environment()


@lru_cache(maxsize=1)
def api_logger() -> Logger:
    """The function's logger."""
    return function_logger("api")


@lru_cache(maxsize=1)
def open_stores() -> Stores:
    """The tables, behind one client."""
    # Health and docs do without them.
    from geoclimate.adapters.aws_json import Patience  # noqa: PLC0415
    from geoclimate.adapters.dynamodb_client import dynamodb_client  # noqa: PLC0415
    from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore  # noqa: PLC0415
    from geoclimate.adapters.dynamodb_models import DynamoModelRegistry  # noqa: PLC0415
    from geoclimate.adapters.dynamodb_observations import DynamoObservationStore  # noqa: PLC0415
    from geoclimate.adapters.dynamodb_skill import DynamoSkillStore  # noqa: PLC0415
    from geoclimate.adapters.dynamodb_stations import DynamoStationStore  # noqa: PLC0415

    settings = api_settings()
    client = dynamodb_client(Patience(_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS))
    return Stores(
        stations=DynamoStationStore(client, settings.stations_table),
        observations=DynamoObservationStore(client, settings.observations_table),
        forecasts=DynamoForecastStore(client, settings.forecasts_table, settings.verification_table),
        skills=DynamoSkillStore(client, settings.verification_table),
        registry=DynamoModelRegistry(client, settings.models_table, utc_now),
    )


@lru_cache(maxsize=1)
def open_meter() -> CallMeter:
    """What counts the calls of this process."""
    from geoclimate.adapters.call_meter import open_call_meter  # noqa: PLC0415

    settings = api_settings()
    return open_call_meter(settings.accounts_table, settings.usage_table, settings.plans, utc_now)


async def provide_settings() -> ApiSettings:
    """The function's environment."""
    return api_settings()


async def provide_stations() -> StationStore:
    """The catalogue of stations."""
    return open_stores().stations


async def provide_observations() -> ObservationStore:
    """The hot store of observations."""
    return open_stores().observations


async def provide_forecasts() -> ForecastStore:
    """Forecasts made ahead."""
    return open_stores().forecasts


async def provide_skills() -> SkillStore:
    """The sums of the scores of forecasts."""
    return open_stores().skills


@lru_cache(maxsize=1)
def open_coverages() -> LiveCoverages:
    """What this process knows of the coverage of series."""
    return LiveCoverages(open_stores().skills, utc_now)


@lru_cache(maxsize=1)
def open_cursor_key() -> bytes:
    """The key that cursors are signed with; asked for once, by the first request that reads or writes one."""
    from geoclimate.adapters.aws_json import Patience  # noqa: PLC0415
    from geoclimate.adapters.kms_cursor_key import derived_cursor_key  # noqa: PLC0415

    return derived_cursor_key(api_settings().cursor_key_id, Patience(_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS))


async def provide_coverages() -> LiveCoverages:
    """How often the truth lay in the intervals of forecasts."""
    return open_coverages()


async def provide_registry() -> ModelRegistry:
    """The versions of models."""
    return open_stores().registry


async def provide_clock() -> Clock:
    """The system's clock."""
    return utc_now


SettingsDependency = Annotated[ApiSettings, Depends(provide_settings)]
StationsDependency = Annotated[StationStore, Depends(provide_stations)]
ObservationsDependency = Annotated[ObservationStore, Depends(provide_observations)]
ForecastsDependency = Annotated[ForecastStore, Depends(provide_forecasts)]
SkillsDependency = Annotated[SkillStore, Depends(provide_skills)]
CoveragesDependency = Annotated[LiveCoverages, Depends(provide_coverages)]
RegistryDependency = Annotated[ModelRegistry, Depends(provide_registry)]
ClockDependency = Annotated[Clock, Depends(provide_clock)]
