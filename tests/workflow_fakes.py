"""What the workflow functions work with, in memory: a bucket, tables, a signer and a registry."""

import datetime as dt
import hashlib
import hmac
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from geoclimate.domain.decisions import Decision, require_next, require_returnable
from geoclimate.domain.errors import Conflict, InvalidInput, NotFound, Unavailable
from geoclimate.domain.models import Evaluation, ModelRecord, RegistryStage
from geoclimate.features.input_spec import default_input_spec
from geoclimate.services.backup_ports import RawItem, RawKey

NOW = dt.datetime(2026, 1, 31, 5, tzinfo=dt.UTC)
SPEC = default_input_spec("pm25")
LEVELS = (0.1, 0.5, 0.9)


def clock() -> dt.datetime:
    return NOW


class ObjectsInMemory:
    """One bucket."""

    def __init__(self, bucket: str = "bucket") -> None:
        self.bucket = bucket
        self.bodies: dict[str, bytes] = {}

    def put(self, key: str, body: bytes, _content_type: str) -> str:
        self.bodies[key] = body
        return self.uri(key)

    def get(self, key: str, limit: int) -> bytes:
        if key not in self.bodies:
            raise NotFound(f"{key} does not exist")
        if len(self.bodies[key]) > limit:
            raise InvalidInput(f"{key} is too large")
        return self.bodies[key]

    def open(self, key: str, limit: int) -> BinaryIO:
        return io.BytesIO(self.get(key, limit))

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def key_of(self, uri: str) -> str:
        if not uri.startswith(self.uri("")):
            raise InvalidInput(f"{uri} is in another bucket")
        return uri.removeprefix(self.uri(""))


class RawTableInMemory:
    """One table; items are JSON, as the adapter gives them."""

    def __init__(self, items: Iterable[RawItem] = ()) -> None:
        self.items: dict[RawKey, RawItem] = {self._key(item): item for item in items}
        self.loses: set[tuple[str, str]] = set()
        self.breaks = False

    @staticmethod
    def _key(item: Any) -> RawKey:
        return item["pk"]["S"], item["sk"]["S"]

    def write(self, items: Iterable[Any]) -> None:
        for item in items:
            if self._key(item) not in self.loses:
                self.items[self._key(item)] = json.loads(json.dumps(item))

    def read(self, keys: Iterable[RawKey]) -> Sequence[RawItem]:
        if self.breaks:
            raise Unavailable("the table does not answer")
        return [self.items[key] for key in reversed(list(keys)) if key in self.items]

    def delete(self, keys: Iterable[tuple[str, str]]) -> None:
        for key in keys:
            self.items.pop(key, None)


class HmacSigner:
    """Signs with a key of its own."""

    def sign(self, message: bytes) -> str:
        return hmac.new(b"secret", message, hashlib.sha256).hexdigest()

    def verify(self, message: bytes, code: str) -> bool:
        return hmac.compare_digest(self.sign(message), code)


class RegistryInMemory:
    """Models of every target, and what was decided about them."""

    def __init__(self, records: Iterable[ModelRecord] = ()) -> None:
        self.records = {(record.target, record.version): record for record in records}
        self.log: list[Decision] = []

    def register(self, record: ModelRecord, *, who: str, why: str) -> None:
        known = self.get(record.target, record.version)
        if known is None:
            self.records[record.target, record.version] = record
            self.log.append(Decision(record.target, record.version, None, record.stage, who, why, NOW))
        elif known.artifact_digest != record.artifact_digest:
            raise Conflict(f"{record.version} is registered with another artifact")

    def get(self, target: str, version: str) -> ModelRecord | None:
        return self.records.get((target, version))

    def production(self, target: str) -> ModelRecord | None:
        found = [r for r in self.records.values() if r.target == target and r.stage is RegistryStage.PRODUCTION]
        return found[0] if found else None

    def versions(self, target: str) -> Sequence[ModelRecord]:
        return [record for record in self.records.values() if record.target == target]

    def decisions(self, target: str, version: str | None = None) -> Sequence[Decision]:
        return [each for each in self.log if each.target == target and version in (None, each.version)]

    def stage(self, target: str, version: str, *, who: str, why: str) -> None:
        self._move(target, version, RegistryStage.STAGING, (who, why))

    def promote(self, target: str, version: str, *, who: str, why: str) -> None:
        before = self.production(target)
        self._move(target, version, RegistryStage.PRODUCTION, (who, why))
        if before is not None and before.version != version:
            self._put(before, RegistryStage.RETIRED, (who, f"replaced by {version}: {why}"))

    def retire(self, target: str, version: str, *, who: str, why: str) -> None:
        self._move(target, version, RegistryStage.RETIRED, (who, why))

    def roll_back(self, target: str, current: str, to: str, *, who: str, why: str) -> None:
        returned, production = self._known(target, to), self.production(target)
        require_returnable(returned)
        if production is None or production.version != current:
            raise Conflict(f"not {current} is in production")
        self._put(returned, RegistryStage.PRODUCTION, (who, why))
        self._put(production, RegistryStage.RETIRED, (who, f"replaced by {to}: {why}"))

    def _move(self, target: str, version: str, stage: RegistryStage, said: tuple[str, str]) -> None:
        record = self._known(target, version)
        if record.stage is not stage:
            require_next(record, stage)
            self._put(record, stage, said)

    def _put(self, record: ModelRecord, stage: RegistryStage, said: tuple[str, str]) -> None:
        promoted_at = NOW if stage is RegistryStage.PRODUCTION else record.promoted_at
        self.records[record.target, record.version] = replace(record, stage=stage, promoted_at=promoted_at)
        self.log.append(Decision(record.target, record.version, record.stage, stage, *said, NOW))

    def _known(self, target: str, version: str) -> ModelRecord:
        record = self.get(target, version)
        if record is None:
            raise NotFound(f"{version} is not registered")
        return record


def evaluation(**values: Any) -> Evaluation:
    """A sound evaluation over 214 days of a model without a rival in production; `values` replace fields."""
    sound = Evaluation(
        test_start=dt.datetime(2014, 6, 1, tzinfo=dt.UTC),
        test_end=dt.datetime(2014, 12, 31, tzinfo=dt.UTC),
        forecasts=400,
        mae=8.0,
        persistence_mae=10.0,
        coverage=0.79,
        nominal_coverage=0.8,
        mae_by_lead=(8.0,) * 24,
        persistence_mae_by_lead=(10.0,) * 24,
        crps=5.7,
    )
    return replace(sound, **values)


def record(
    version: str = "v2",
    stage: RegistryStage = RegistryStage.CANDIDATE,
    digest: str = "a" * 64,
    judged_against: str | None = None,
) -> ModelRecord:
    return ModelRecord(
        target="pm25",
        version=version,
        stage=stage,
        artifact_uri=f"s3://bucket/models/{version}/output/model.tar.gz",
        artifact_digest=digest,
        dataset_digest="d" * 64,
        evaluation=evaluation(),
        created_at=NOW,
        code_digest="c" * 64,
        judged_against=judged_against,
    )
