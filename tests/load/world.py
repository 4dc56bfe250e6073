"""What the load reads: stations with three days of hours and a forecast each, and an account that nothing throttles."""

import datetime as dt
import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.adapters.dynamodb_keys import DynamoKeyStore
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.domain.api_keys import ApiKey
from geoclimate.domain.observations import Observation
from geoclimate.domain.stations import Series, Station
from local.consumer import Consumer, api_url, create_user, plan_key, sign_in
from local.place import Place
from tests.api_fakes import forecast

LATITUDE: Final = 39.5
LONGITUDE: Final = 116.0
STEP: Final = 0.03
_COLUMN: Final = 8
_STATIONS: Final = 40
_DAYS: Final = 3
_PARAMETERS: Final = ("pm25", "no2")
_USER: Final = "load@example.org"
_PLAN: Final = "Enterprise"
_UNTHROTTLED: Final = "100000"


@dataclass(frozen=True, slots=True)
class World:
    """What a caller needs to ask for all of it.

    Attributes:
        base_url: The API's address.
        headers: Token and key.
        account: Whose they are.
        key_id: The gateway's id of the key.
        stations: Ids of the stations.
        since: A day before the newest hour, as a query says it.
    """

    base_url: str
    headers: Mapping[str, str]
    account: str
    key_id: str
    stations: tuple[str, ...]
    since: str

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote."""
        return cls(**json.loads(text))

    def to_json(self) -> str:
        """As text, for another process."""
        return json.dumps(asdict(self))


def fill(place: Place, outputs: dict[str, str]) -> World:
    """Write the stations and their data, and give an account a key by contract: with limits that are never reached."""
    now = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)
    dynamodb = place.session().client("dynamodb", endpoint_url=place.url, config=place.config())
    stations = tuple(_station(number, now) for number in range(_STATIONS))
    DynamoStationStore(dynamodb, outputs["StationsTableName"]).extend(stations)
    DynamoObservationStore(dynamodb, outputs["ObservationsTableName"]).merge(
        observation for station in stations for observation in _observations(station, now)
    )
    DynamoForecastStore(dynamodb, outputs["ForecastsTableName"], outputs["VerificationTableName"]).write(
        [replace(forecast(now), station=station.id) for station in stations]
    )
    account, consumer = _account(place, outputs, dynamodb, now)
    return World(
        api_url(place, outputs),
        consumer.headers(),
        account,
        outputs[f"ApiKeyId{_PLAN}"],
        tuple(station.id for station in stations),
        f"{now - dt.timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
    )


def _account(place: Place, outputs: dict[str, str], dynamodb: Any, now: dt.datetime) -> tuple[str, Consumer]:
    password = f"{secrets.token_urlsafe(24)}aA1!"
    create_user(place, outputs, _USER, password)
    cognito = place.session().client("cognito-idp", endpoint_url=place.url, config=place.config())
    attributes = cognito.admin_get_user(UserPoolId=outputs["UserPoolId"], Username=_USER)["UserAttributes"]
    (account,) = [one["Value"] for one in attributes if one["Name"] == "sub"]
    keys = DynamoKeyStore(dynamodb, outputs["AccountsTableName"])
    keys.assign(account, _PLAN.lower())
    keys.add(ApiKey(outputs[f"ApiKeyId{_PLAN}"], account, "load", _PLAN.lower(), now))
    _lift_limits(place, outputs)
    return account, Consumer(sign_in(place, outputs, _USER, password), plan_key(place, outputs, _PLAN))


def _lift_limits(place: Place, outputs: dict[str, str]) -> None:
    gateway = place.session().client("apigateway", endpoint_url=place.url, config=place.config())
    plans = gateway.get_usage_plans(keyId=outputs[f"ApiKeyId{_PLAN}"])["items"]
    for plan in plans:
        gateway.update_usage_plan(
            usagePlanId=plan["id"],
            patchOperations=[
                {"op": "replace", "path": f"/throttle/{name}", "value": _UNTHROTTLED}
                for name in ("rateLimit", "burstLimit")
            ],
        )
    gateway.update_stage(
        restApiId=outputs["ApiId"],
        stageName=outputs["ApiStageName"],
        patchOperations=[
            {"op": "replace", "path": f"/*/*/throttling/{name}", "value": _UNTHROTTLED}
            for name in ("rateLimit", "burstLimit")
        ],
    )


def _station(number: int, now: dt.datetime) -> Station:
    first = now - dt.timedelta(days=_DAYS)
    return Station(
        id=f"openaq-{800_000 + number}",
        name=f"Load {number}",
        latitude=LATITUDE + STEP * (number % _COLUMN),
        longitude=LONGITUDE + STEP * (number // _COLUMN),
        source="openaq",
        series=tuple(Series(parameter, first, now) for parameter in _PARAMETERS),
        described_at=now,
    )


def _observations(station: Station, now: dt.datetime) -> list[Observation]:
    return [
        Observation(
            station=station.id,
            parameter=parameter,
            start=now - dt.timedelta(hours=hour + 1),
            end=now - dt.timedelta(hours=hour),
            value=(value := round(40 + 30 * math.sin(hour / 7), 1)),
            delivered_value=value,
            delivered_unit="µg/m³",
            instrument="1",
            flag="valid",
            source="openaq",
            file_digest="0" * 64,
            line=hour + 2,
            ingested_at=now,
        )
        for parameter in _PARAMETERS
        for hour in range(24 * _DAYS)
    ]
