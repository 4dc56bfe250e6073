"""The reads that people make of the API, and how often each."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.load.world import LATITUDE, LONGITUDE, STEP, World


@dataclass(frozen=True, slots=True)
class Read:
    """One kind of request.

    Attributes:
        path: Of the API, with the station to fill in.
        weight: How often it is asked for, beside the others.
        query: Gives the query of one request.
    """

    path: str
    weight: int
    query: Callable[[World, random.Random], Mapping[str, str]]


def _latest(world: World, chance: random.Random) -> Mapping[str, str]:
    return {"parameter": "pm25", "station": ",".join(chance.sample(world.stations, 5))}


def _near(_: World, chance: random.Random) -> Mapping[str, str]:
    latitude, longitude = LATITUDE + 8 * STEP * chance.random(), LONGITUDE + 5 * STEP * chance.random()
    return {"near": f"{latitude:.4f},{longitude:.4f}", "k": "5"}


READS: Final = (
    Read("/v1/stations/{station}/forecast", 5, lambda _world, _chance: {"parameter": "pm25"}),
    Read("/v1/stations/{station}/observations", 2, lambda world, _: {"parameter": "pm25", "from": world.since}),
    Read("/v1/observations/latest", 1, _latest),
    Read("/v1/stations", 1, _near),
    Read("/v1/stations/{station}/aqi", 1, lambda _world, _chance: {"standard": "us-epa-2024"}),
)
"""Forecasts more than anything else."""


def asked(read: Read, world: World, chance: random.Random) -> tuple[str, Mapping[str, str]]:
    """Path and query of one request."""
    return read.path.replace("{station}", chance.choice(world.stations)), read.query(world, chance)
