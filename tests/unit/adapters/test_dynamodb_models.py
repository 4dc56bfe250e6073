"""The model registry in DynamoDB."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.domain.models import RegistryStage
from tests.workflow_fakes import clock, record


@pytest.fixture
def registry(keyed_table: DynamoDBClient) -> DynamoModelRegistry:
    return DynamoModelRegistry(keyed_table, "t", clock)


def _stage(registry: DynamoModelRegistry, version: str) -> RegistryStage:
    found = registry.get("pm25", version)
    assert found is not None
    return found.stage


def test_a_record_comes_back_exactly_as_it_was_registered(registry: DynamoModelRegistry) -> None:
    registry.register(record())
    assert registry.get("pm25", "v2") == record()
    assert registry.get("pm25", "v3") is None


def test_registering_the_same_artifact_again_changes_nothing(registry: DynamoModelRegistry) -> None:
    registry.register(record())
    registry.promote("pm25", "v2", "good")
    registry.register(record())
    assert _stage(registry, "v2") is RegistryStage.PRODUCTION


def test_a_version_with_another_artifact_is_a_conflict(registry: DynamoModelRegistry) -> None:
    registry.register(record())
    with pytest.raises(Conflict, match="v2 is registered with another artifact"):
        registry.register(record(digest="b" * 64))


def test_the_first_promotion_puts_a_version_into_production(registry: DynamoModelRegistry) -> None:
    registry.register(record())
    assert registry.production("pm25") is None
    registry.promote("pm25", "v2", "good")
    assert registry.production("pm25") == replace(record(), stage=RegistryStage.PRODUCTION)


def test_a_later_promotion_retires_the_version_before(registry: DynamoModelRegistry) -> None:
    for version in ("v1", "v2"):
        registry.register(record(version))
        registry.promote("pm25", version, "good")
    assert _stage(registry, "v1") is RegistryStage.RETIRED
    assert _stage(registry, "v2") is RegistryStage.PRODUCTION


def test_promoting_the_version_in_production_changes_nothing(registry: DynamoModelRegistry) -> None:
    registry.register(record())
    registry.promote("pm25", "v2", "good")
    registry.promote("pm25", "v2", "good")
    assert _stage(registry, "v2") is RegistryStage.PRODUCTION


def test_an_unknown_version_is_not_promoted_or_retired(registry: DynamoModelRegistry) -> None:
    with pytest.raises(NotFound, match="v9 of the pm25 model is not registered"):
        registry.promote("pm25", "v9", "good")
    with pytest.raises(NotFound, match="v9 of the pm25 model is not registered"):
        registry.retire("pm25", "v9", "bad")


def test_somebody_else_s_promotion_meanwhile_is_a_conflict(
    registry: DynamoModelRegistry, keyed_table: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("v1", "v2"):
        registry.register(record(version))
    other = DynamoModelRegistry(keyed_table, "t", clock)
    monkeypatch.setattr(registry, "_production_version", lambda _target: None)
    other.promote("pm25", "v1", "first")
    with pytest.raises(Conflict, match="promoted meanwhile"):
        registry.promote("pm25", "v2", "second")
    assert _stage(other, "v2") is RegistryStage.CANDIDATE
    assert _stage(other, "v1") is RegistryStage.PRODUCTION


def test_a_decision_is_kept_with_its_reason_and_time(
    registry: DynamoModelRegistry, keyed_table: DynamoDBClient
) -> None:
    registry.register(record())
    registry.retire("pm25", "v2", "worse than persistence")
    item = keyed_table.get_item(TableName="t", Key={"pk": {"S": "pm25"}, "sk": {"S": "VERSION#v2"}})["Item"]
    assert item["stage"] == {"S": "retired"}
    assert item["decided_because"] == {"S": "worse than persistence"}
    assert item["decided_at"] == {"S": clock().isoformat()}


def test_the_version_in_production_is_not_retired(registry: DynamoModelRegistry) -> None:
    registry.register(record())
    registry.promote("pm25", "v2", "good")
    with pytest.raises(Conflict, match="v2 of the pm25 model is in production"):
        registry.retire("pm25", "v2", "bad")


def test_an_error_that_is_no_conflict_stays_what_it_is(keyed_table: DynamoDBClient) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        DynamoModelRegistry(keyed_table, "no-such-table", clock).register(record())
