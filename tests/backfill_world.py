"""A backfill in memory: the world of ingest, its bucket as a listing, and results as Step Functions writes them."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from geoclimate.contracts.backfill import (
    BackfillFigures,
    BackfillPlan,
    BackfillReport,
    ConcludeRequest,
    FileResult,
    PlanRequest,
    report_key,
)
from geoclimate.services.backfill_file import backfill_file
from geoclimate.services.conclude_backfill import conclude_backfill
from geoclimate.services.plan_backfill import plan_backfill
from geoclimate.services.ports import StoredUpload
from tests.ingest_fakes import World
from tests.openaq_archive import UPLOADED, hours, packed
from tests.workflow_fakes import ObjectsInMemory

ID = "backfill-1"
MOST_AT_ONCE = 2


@dataclass
class ListingInMemory:
    """What lies in a bucket; a version is as good as its content."""

    objects: dict[str, bytes]
    keeps_versions: bool = True

    def under(self, prefix: str) -> Iterator[StoredUpload]:
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield StoredUpload(key, len(self.objects[key]), UPLOADED)

    def find(self, key: str) -> StoredUpload | None:
        body = self.objects.get(key)
        if body is None:
            return None
        version = hashlib.sha256(body).hexdigest()[:8] if self.keeps_versions else None
        return StoredUpload(key, len(body), UPLOADED, version)


class BackfillWorld(World):
    """The world of ingest with the three steps of a backfill."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        super().__init__(files)
        self.listing = ListingInMemory(self.uploads.objects)
        self.objects = ObjectsInMemory("uploads")
        self.objects.bodies = self.uploads.objects

    def plan(self, **request: Any) -> BackfillPlan:
        """Plan a backfill called ID."""
        return self.plan_of(PlanRequest.model_validate({"backfill_id": ID, "request": request}))

    def plan_of(self, request: PlanRequest) -> BackfillPlan:
        return plan_backfill(
            request, listing=self.listing, uploads=self.uploads, objects=self.objects, most_at_once=MOST_AT_ONCE
        )

    def take(self, key: str) -> FileResult:
        return backfill_file(key, listing=self.listing, ports=self.ports)

    def conclude(self, request: ConcludeRequest) -> BackfillFigures:
        return conclude_backfill(request, uploads=self.uploads, objects=self.objects, clock=lambda: self.now)

    def report(self, backfill_id: str = ID) -> BackfillReport:
        return BackfillReport.model_validate_json(self.uploads.objects[report_key(backfill_id)])

    def stored(self) -> dict[Any, Any]:
        """All that is served."""
        return dict(self.observations.days)


def station_file(station: int, count: int = 3, **changes: str) -> bytes:
    """A file of the archive of one station."""
    name = f"Station {station}"
    return packed(hours(count, location_id=str(station), sensors_id=f"{station}01", location=name, **changes))


def planned(files: int, **changes: Any) -> BackfillPlan:
    """A plan of so many files."""
    values: dict[str, Any] = {
        "backfill_id": ID,
        "source": "backfill/",
        "key": f"backfill-reports/{ID}/plan.jsonl",
        "files": files,
        "passed_over": 0,
        "results": f"backfill-reports/{ID}/results",
        "concurrency": 2,
    }
    return BackfillPlan.model_validate(values | changes)


def succeeded(result: FileResult) -> dict[str, Any]:
    """A child that ended well, as Step Functions writes it."""
    return _child(result.key, "SUCCEEDED") | {"Output": result.model_dump_json()}


def failed(key: str, error: str, cause: str, status: str = "FAILED") -> dict[str, Any]:
    """A child that failed, as Step Functions writes it."""
    return _child(key, status) | {"Error": error, "Cause": cause}


def write_results(bodies: dict[str, bytes], children: Iterable[Mapping[str, Any]], folder: str) -> str:
    """Write results as Step Functions does, and give the key of their manifest."""
    files: dict[str, list[dict[str, Any]]] = {"SUCCEEDED": [], "FAILED": [], "PENDING": []}
    all_children = list(children)
    for status, listed in files.items():
        lines = [json.dumps(child) + "\n" for child in all_children if _file_of(child) == status]
        if lines:
            key = f"{folder}/{status}_0.jsonl"
            bodies[key] = "".join(lines).encode()
            listed.append({"Key": key, "Size": len(bodies[key])})
    manifest = {"DestinationBucket": "uploads", "MapRunArn": "arn:aws:states:::mapRun:1", "ResultFiles": files}
    key = f"{folder}/manifest.json"
    bodies[key] = json.dumps(manifest).encode()
    return key


def _child(key: str, status: str) -> dict[str, Any]:
    return {
        "ExecutionArn": f"arn:aws:states:us-east-1:123456789012:execution:machine/Files:{key}",
        "Input": json.dumps({"key": key}),
        "InputDetails": {"Included": True},
        "Name": "name",
        "StartDate": dt.datetime(2026, 1, 31, 5, tzinfo=dt.UTC).isoformat(),
        "Status": status,
    }


def _file_of(child: Mapping[str, Any]) -> str:
    status = str(child["Status"])
    return status if status in {"SUCCEEDED", "PENDING"} else "FAILED"
