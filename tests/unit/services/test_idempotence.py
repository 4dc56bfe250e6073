"""Whatever the order, whoever is killed, however often it is tried: uploads end in the state that their order says.

The real adapters run on a model of DynamoDB and S3. Several deliveries of several uploads are taken in beside each
other, request by request in a random order; programs are killed before or after a request and begun anew, as the queue
would. The outcome is compared with that of taking each upload in once, in the order of their upload, undisturbed.
"""

import dataclasses
import datetime as dt
import io
import json
import random
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import boto3
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.adapters import dynamodb_observations, dynamodb_stations
from geoclimate.adapters.ingest_ports import IngestPlaces, ingest_ports
from geoclimate.contracts.report import REPORT_SUFFIX
from geoclimate.services.ingest_file import Upload, ingest_file
from tests.modelled_cloud import ModelledDynamoDB, ModelledS3, OneAfterTheOther
from tests.openaq_archive import NOW, UPLOADED, packed, row
from tests.turns import Turns

FIRST_HOUR: Final = dt.datetime(2014, 1, 1, 22, tzinfo=dt.UTC)
"""The hours run over midnight, so that an upload touches two stored days."""
SERIES: Final = (("501001", "pm25"), ("501001", "no2"), ("501002", "pm25"))
TIMES: Final = {"finished_at", "duration_ms", "taken_at"}
WHAT_WAS_FOUND_STORED: Final = {"added", "unchanged", "revised", "superseded"}

Rows = list[dict[str, str]]


def reading(series: tuple[str, str], hour: int, value: str, name: str) -> dict[str, str]:
    station, parameter = series
    return row(
        location_id=station,
        sensors_id=f"{station}{SERIES.index(series)}",
        location=name,
        datetime=(FIRST_HOUR + dt.timedelta(hours=hour)).isoformat(),
        parameter=parameter,
        value=value,
    )


READINGS = st.builds(
    reading,
    st.sampled_from(SERIES),
    st.integers(0, 3),
    st.sampled_from(["1", "2", "3.5", "-2", "-999"]),
    st.sampled_from(["Dongsi", "Dongsi (east)"]),
)
FILES = st.lists(READINGS, min_size=1, max_size=6)


class Cloud:
    """An account of its own."""

    def __init__(self, files: list[bytes]) -> None:
        self.turns = Turns()
        self.dynamodb = ModelledDynamoDB(self.turns.step)
        self.s3 = ModelledS3(self.turns.step)
        self.s3.bucket("uploads").update({key(number): content for number, content in enumerate(files)})

    def client(self, service: str, **_settings: Any) -> Any:
        return {"dynamodb": self.dynamodb, "s3": self.s3}[service]

    def take(self, number: int) -> None:
        """What the function does with a delivery of an upload's message."""
        names = {field.name: place(field.name) for field in dataclasses.fields(IngestPlaces)}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(boto3, "client", self.client)
            ports = ingest_ports(IngestPlaces(**names), lambda: NOW)
        ingest_file(Upload(key(number), None, uploaded_at(number)), ports)

    def end_state(self) -> dict[str, Any]:
        """All that is left behind, but for times, and for what a repetition found stored."""
        return {
            "served": self.served(),
            "stations": self.table("stations"),
            "ledger": self.table("files"),
            "reports": self.reports(),
            "lake": self.lake(),
        }

    def table(self, name: str) -> dict[Any, Any]:
        """A table without the versions and times of its items."""
        return {
            keys: {name: value for name, value in item.items() if name not in TIMES | {"version"}}
            for keys, item in self.dynamodb.tables.get(name, {}).items()
        }

    def served(self) -> list[Any]:
        store = dynamodb_observations.DynamoObservationStore(self.client("dynamodb"), "observations")
        window = (FIRST_HOUR - dt.timedelta(days=1), FIRST_HOUR + dt.timedelta(days=1))
        return [found for station, parameter in SERIES for found in store.read(f"openaq-{station}", parameter, *window)]

    def reports(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, content in self.s3.bucket("uploads").items():
            if name.endswith(REPORT_SUFFIX):
                report = json.loads(content)
                report["rows"] = {
                    count: number for count, number in report["rows"].items() if count not in WHAT_WAS_FOUND_STORED
                }
                found[name] = {field: value for field, value in report.items() if field not in TIMES}
            else:
                found[name] = content
        return found

    def lake(self) -> set[tuple[Any, ...]]:
        """The distinct rows of the lake."""
        return {
            (name.split("/")[0], *(str(value) for value in row.values()))
            for name, content in self.s3.bucket("lake").items()
            for row in pq.read_table(io.BytesIO(content)).to_pylist()
        }


def place(field: str) -> str:
    """`observations` for `observations_table`, `lake` for `lake_bucket`."""
    return field.removesuffix("_table").removesuffix("_bucket")


def key(number: int) -> str:
    return f"provider/{number}.csv.gz"


def uploaded_at(number: int) -> dt.datetime:
    return UPLOADED + dt.timedelta(seconds=number)


@pytest.fixture(autouse=True, scope="module")
def one_thread_a_program() -> Iterator[None]:
    """Adapters send requests in parallel and wait between attempts; here the turns decide both."""
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("geoclimate.adapters.") and hasattr(module, "ThreadPoolExecutor"):
                patch.setattr(module, "ThreadPoolExecutor", OneAfterTheOther)
        for retrying in (dynamodb_observations, dynamodb_stations):
            patch.setattr(retrying, "retry_wait", lambda _attempt: 0.0)
        yield


def undisturbed(files: list[bytes]) -> Cloud:
    """Each upload taken in once, in the order of their upload."""
    cloud = Cloud(files)
    for number in range(len(files)):
        cloud.take(number)
    return cloud


def disturbed(files: list[bytes], deliveries: list[int], at_once: int, seed: int, kills: frozenset[int]) -> Cloud:
    """The deliveries in their order, several beside each other, some killed."""
    cloud = Cloud(files)
    chance = random.Random(seed)  # noqa: S311 - an order, no secret
    bodies = [partial(cloud.take, number) for number in deliveries]
    cloud.turns.run(bodies, at_once, chance.randrange, kills)
    return cloud


@settings(deadline=None, max_examples=200)
@given(
    uploads=st.lists(FILES, min_size=1, max_size=4, unique_by=packed),
    twice=st.sets(st.integers(0, 3)),
    at_once=st.integers(1, 3),
    order=st.randoms(use_true_random=False),
    seed=st.integers(0, 2**32),
    kills=st.frozensets(st.integers(0, 120), max_size=6),
)
def test_every_order_and_every_kill_ends_in_the_state_that_the_order_of_uploads_says(
    uploads: list[Rows], twice: set[int], at_once: int, order: random.Random, seed: int, kills: frozenset[int]
) -> None:
    files = [packed(rows) for rows in uploads]
    deliveries = [number for number in range(len(files)) for _ in range(1 + (number in twice))]
    order.shuffle(deliveries)
    assert disturbed(files, deliveries, at_once, seed, kills).end_state() == undisturbed(files).end_state()


@settings(deadline=None, max_examples=50)
@given(
    rows=FILES,
    at_once=st.integers(1, 3),
    order=st.permutations([0, 1, 2]),
    seed=st.integers(0, 2**32),
    kills=st.frozensets(st.integers(0, 120), max_size=6),
)
def test_the_same_bytes_under_several_keys_are_stored_as_if_they_had_come_once(
    rows: Rows, at_once: int, order: list[int], seed: int, kills: frozenset[int]
) -> None:
    content = packed(rows)
    cloud = disturbed([content] * 3, order, at_once, seed, kills)
    once = undisturbed([content])
    assert values(cloud) == values(once)
    assert cloud.table("files").keys() == once.table("files").keys()
    [expected] = statuses(once)
    assert expected in statuses(cloud)
    assert set(statuses(cloud)) <= {expected, "duplicate"}


def values(cloud: Cloud) -> list[tuple[Any, ...]]:
    """What is served, without saying by which of the uploads it came."""
    return [
        (found.station, found.parameter, found.instrument, found.start, found.value, found.flag)
        for found in cloud.served()
    ]


def statuses(cloud: Cloud) -> list[str]:
    return [content["status"] for name, content in cloud.reports().items() if name.endswith(REPORT_SUFFIX)]
