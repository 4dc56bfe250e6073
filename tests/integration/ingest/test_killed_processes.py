"""Real processes that take uploads in, killed at random moments and run again, end where undisturbed ones do.

Each runs the function's own wiring against a local cloud. A watcher counts the requests that a process sends and kills
it (SIGKILL) at one of them, while others of its requests are on their way.
"""

import base64
import datetime as dt
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from functions.ingest.settings import IngestSettings
from geoclimate.contracts.report import REPORT_SUFFIX
from geoclimate.runtime.settings import ENVIRONMENT_PREFIX
from local import cloud
from tests.integration.local.cloud.servers import Server, free_port
from tests.openaq_archive import packed, row

ROOT: Final = Path(__file__).parents[3]
ATTEMPTS: Final = 4
DAYS: Final = 20
FIRST_HOUR: Final = dt.datetime(2014, 1, 1, 1, tzinfo=dt.UTC)
UPLOADED: Final = dt.datetime(2014, 3, 1, tzinfo=dt.UTC)
DIFFERS: Final = {"finished_at", "duration_ms", "taken_at", "added", "unchanged", "revised", "superseded", "version"}
"""What depends on when and how often a file was tried."""


def rows(first_day: int, days: int, shift: float) -> list[dict[str, str]]:
    """Hours of two stations and three parameters; each third day's values differ between two files."""
    return [
        row(
            location_id=station,
            sensors_id=f"{station}{number}",
            parameter=parameter,
            datetime=(FIRST_HOUR + dt.timedelta(hours=hour)).isoformat(),
            value=f"{20 + (hour * 7 + number) % 23 + (shift if (hour // 24) % 3 == 0 else 0.0)}",
        )
        for hour in range(24 * first_day, 24 * (first_day + days))
        for station in ("501001", "501002")
        for number, parameter in enumerate(("pm25", "no2", "o3"), start=1)
    ]


UPLOADS: Final = {
    "provider/a.csv.gz": packed([*rows(0, DAYS, 0.0), row(value="-999", sensors_id="77")]),
    "provider/b.csv.gz": packed(rows(DAYS // 2, DAYS, 0.5)),
}
"""The second one overlaps half of the first one's days, and corrects some of its values."""


@dataclass(frozen=True)
class Account:
    """Tables and buckets of one run, on a server that runs share."""

    server: Server
    name: str

    def place(self, field: str) -> str:
        """The name of what a setting names, such as `lake_bucket`."""
        return f"{self.name}-{field.replace('_', '-')}"

    def make(self) -> None:
        for field in IngestSettings.model_fields:
            if field.endswith("_table"):
                self.server.table(self.place(field), recoverable=False)
            elif field.endswith("_bucket"):
                self.server.client("s3").create_bucket(Bucket=self.place(field))
        for key, content in UPLOADS.items():
            self.server.client("s3").put_object(Bucket=self.place("uploads_bucket"), Key=key, Body=content)

    def message(self, key: str) -> str:
        """The event of an upload: each is uploaded a second after the one before."""
        time = UPLOADED + dt.timedelta(seconds=list(UPLOADS).index(key))
        detail = {"bucket": {"name": self.place("uploads_bucket")}, "object": {"key": key, "size": len(UPLOADS[key])}}
        return json.dumps({"id": key, "time": time.isoformat(), "detail": detail})

    def start(self, key: str) -> "subprocess.Popen[bytes]":
        """A process that takes the upload in."""
        settings = {ENVIRONMENT_PREFIX + field.upper(): self.place(field) for field in IngestSettings.model_fields}
        own = {
            "AWS_ENDPOINT_URL": self.server.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}",
        }
        return subprocess.Popen(
            [sys.executable, "-m", "tests.integration.ingest.take_upload", self.message(key)],
            cwd=ROOT,
            env={**os.environ, **own, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def end_state(self) -> dict[str, Any]:
        """Every item and every object, but for what depends on when and how often a file was tried."""
        state: dict[str, Any] = {}
        for field in IngestSettings.model_fields:
            if field.endswith("_table"):
                pages = self.server.client("dynamodb").get_paginator("scan").paginate(TableName=self.place(field))
                items = [readable(item) for page in pages for item in page["Items"]]
                state[field] = {(item["pk"]["S"], item["sk"]["S"]): item for item in items}
            elif field.endswith("_bucket"):
                state[field] = dict(self.objects(self.place(field)))
        return state

    def objects(self, bucket: str) -> Iterator[tuple[str, Any]]:
        client = self.server.client("s3")
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page.get("Contents", []):
                content = client.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
                yield found["Key"], lasting(content) if found["Key"].endswith(REPORT_SUFFIX) else content


@dataclass(frozen=True)
class Undisturbed:
    """How uploads end that are taken in one after the other, and how many requests each needs."""

    end_state: dict[str, Any]
    requests: dict[str, int]


def readable(item: dict[str, Any]) -> dict[str, Any]:
    """An item without what differs, its packed bytes as text."""
    return {
        name: {"B": base64.b64encode(bytes(value["B"])).decode()} if "B" in value else value
        for name, value in item.items()
        if name not in DIFFERS
    }


def lasting(content: bytes) -> dict[str, Any]:
    """A report without what differs."""
    report = json.loads(content)
    report["rows"] = {name: count for name, count in report["rows"].items() if name not in DIFFERS}
    return {name: value for name, value in report.items() if name not in DIFFERS}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("cloud")
    found = Server(free_port(), folder / "state", folder / "cloud.log")
    cloud.start(found.port, found.state_dir, found.log, auth=True)
    yield found
    cloud.stop(found.state_dir)


def requests_sent(process: "subprocess.Popen[bytes]") -> int:
    """Wait for a process to end; how many requests it sent."""
    sent, said = process.communicate()
    assert process.returncode == 0, said.decode()
    return len(sent)


def kill_at(process: "subprocess.Popen[bytes]", request: int) -> bool:
    """Kill a process when it has sent so many requests; whether it was still running."""
    assert process.stdout is not None
    sent = 0
    while sent < request and (chunk := os.read(process.stdout.fileno(), request - sent)):
        sent += len(chunk)
    process.kill()
    process.communicate()
    return process.returncode != 0


@pytest.fixture(scope="module")
def undisturbed(server: Server) -> Undisturbed:
    account = Account(server, "undisturbed")
    account.make()
    requests = {key: requests_sent(account.start(key)) for key in UPLOADS}
    return Undisturbed(account.end_state(), requests)


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_moments_and_run_again_beside_each_other_they_end_as_undisturbed_ones_do(
    server: Server, undisturbed: Undisturbed, seed: int
) -> None:
    account = Account(server, f"disturbed-{seed}")
    account.make()
    chance = random.Random(seed)  # noqa: S311 - moments, no secret
    kills = 0
    for attempt in range(1, ATTEMPTS + 1):
        # What was written is not written again, so every attempt sends fewer requests than the one before.
        moments = {key: chance.randint(1, 1 + count // attempt) for key, count in undisturbed.requests.items()}
        running = {key: account.start(key) for key in UPLOADS}
        kills += sum([kill_at(process, moments[key]) for key, process in running.items()])
    assert kills >= ATTEMPTS
    # The last time, one event comes twice at once.
    for process in [account.start(key) for key in (*UPLOADS, next(iter(UPLOADS)))]:
        requests_sent(process)
    assert account.end_state() == undisturbed.end_state
