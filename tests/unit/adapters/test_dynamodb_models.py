"""The model registry in DynamoDB."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.domain.errors import Conflict, GeoClimateError, NotFound, Unavailable
from geoclimate.domain.models import RegistryStage
from tests.workflow_fakes import NOW, record

WORKFLOW = "arn:aws:states:eu-central-1:000000000000:execution:training:run-1"
OPERATOR = "arn:aws:iam::000000000000:user/operator"


class TickingClock:
    """A second later each time it is asked."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now


@pytest.fixture
def registry(keyed_table: DynamoDBClient) -> DynamoModelRegistry:
    return DynamoModelRegistry(keyed_table, "t", TickingClock())


def _register(registry: DynamoModelRegistry, version: str, judged_against: str | None = None) -> None:
    registry.register(record(version, judged_against=judged_against), who=WORKFLOW, why="passed the gate")


def _serve(registry: DynamoModelRegistry, version: str, judged_against: str | None = None) -> None:
    _register(registry, version, judged_against)
    registry.stage("pm25", version, who=WORKFLOW, why="passed the gate")
    registry.promote("pm25", version, who=WORKFLOW, why="the canary held")


def _stage(registry: DynamoModelRegistry, version: str) -> RegistryStage:
    found = registry.get("pm25", version)
    assert found is not None
    return found.stage


def _in_production(registry: DynamoModelRegistry) -> list[str]:
    return [each.version for each in registry.versions("pm25") if each.stage is RegistryStage.PRODUCTION]


def test_a_record_comes_back_exactly_as_it_was_registered(registry: DynamoModelRegistry) -> None:
    full = replace(
        record(judged_against="v1"),
        card_uri="s3://bucket/models/v2/card.md",
        light_model_uri="s3://bucket/models/v2/light.onnx",
        light_model_digest="1" * 64,
        climatology_uri="s3://bucket/models/v2/climatology.safetensors",
        climatology_digest="2" * 64,
        parity={"onnx": 1e-5, "int8": 0.3},
    )
    registry.register(full, who=WORKFLOW, why="passed the gate")
    assert registry.get("pm25", "v2") == full
    assert registry.get("pm25", "v3") is None


def test_a_record_of_the_first_release_is_still_read(
    registry: DynamoModelRegistry, keyed_table: DynamoDBClient
) -> None:
    evaluation = (
        '{"test_start":"2014-06-01T00:00:00Z","test_end":"2014-12-31T00:00:00Z","forecasts":400,"mae":8.0,'
        '"persistence_mae":10.0,"coverage":0.79,"nominal_coverage":0.8,"mae_by_lead":[8.0],'
        '"persistence_mae_by_lead":[10.0]}'
    )
    texts = {
        "pk": "pm25",
        "sk": "VERSION#v0",
        "target": "pm25",
        "version": "v0",
        "stage": "production",
        "artifact_uri": "s3://bucket/models/v0/output/model.tar.gz",
        "artifact_digest": "a" * 64,
        "dataset_digest": "d" * 64,
        "evaluation": evaluation,
        "created_at": NOW.isoformat(),
        "decided_because": "skill +0.2",
    }
    keyed_table.put_item(TableName="t", Item={name: {"S": text} for name, text in texts.items()})
    keyed_table.put_item(TableName="t", Item={"pk": {"S": "pm25"}, "sk": {"S": "PRODUCTION"}, "version": {"S": "v0"}})
    found = registry.production("pm25")
    assert found is not None
    assert (found.version, found.evaluation.crps, found.light_model_uri) == ("v0", None, None)
    _serve(registry, "v1", judged_against="v0")
    assert _in_production(registry) == ["v1"]
    registry.roll_back("pm25", "v1", "v0", who=OPERATOR, why="worse")
    assert _in_production(registry) == ["v0"]


def test_registering_the_same_artifact_again_changes_nothing(registry: DynamoModelRegistry) -> None:
    _serve(registry, "v2")
    before = registry.decisions("pm25")
    _register(registry, "v2")
    assert _stage(registry, "v2") is RegistryStage.PRODUCTION
    assert registry.decisions("pm25") == before


def test_a_version_with_another_artifact_is_a_conflict(registry: DynamoModelRegistry) -> None:
    _register(registry, "v2")
    with pytest.raises(Conflict, match="v2 is registered with another artifact"):
        registry.register(record(digest="b" * 64), who=WORKFLOW, why="again")


def test_a_model_goes_from_candidate_over_staging_into_production(registry: DynamoModelRegistry) -> None:
    _register(registry, "v2")
    assert _stage(registry, "v2") is RegistryStage.CANDIDATE
    registry.stage("pm25", "v2", who=WORKFLOW, why="passed the gate")
    assert _stage(registry, "v2") is RegistryStage.STAGING
    assert registry.production("pm25") is None
    registry.promote("pm25", "v2", who=WORKFLOW, why="the canary held")
    found = registry.production("pm25")
    assert found is not None
    assert (found.version, found.stage, found.replaced) == ("v2", RegistryStage.PRODUCTION, None)


def test_a_later_promotion_retires_the_version_before(registry: DynamoModelRegistry) -> None:
    _serve(registry, "v1")
    _serve(registry, "v2", judged_against="v1")
    assert _stage(registry, "v1") is RegistryStage.RETIRED
    assert _in_production(registry) == ["v2"]


def test_every_move_is_in_the_audit_log_with_who_and_why(registry: DynamoModelRegistry) -> None:
    _serve(registry, "v1")
    _serve(registry, "v2", judged_against="v1")
    log = registry.decisions("pm25")
    assert [(each.version, each.before, each.after) for each in log] == [
        ("v1", None, "candidate"),
        ("v1", "candidate", "staging"),
        ("v1", "staging", "production"),
        ("v2", None, "candidate"),
        ("v2", "candidate", "staging"),
        ("v2", "staging", "production"),
        ("v1", "production", "retired"),
    ]
    assert {each.who for each in log} == {WORKFLOW}
    assert log[-2].why == "the canary held"
    assert log[-1].why == "replaced by v2: the canary held"
    assert [each.decided_at for each in log] == sorted(each.decided_at for each in log)
    assert [each.after for each in registry.decisions("pm25", "v1")] == [
        "candidate",
        "staging",
        "production",
        "retired",
    ]


def test_making_a_move_again_changes_nothing_and_is_not_logged_twice(registry: DynamoModelRegistry) -> None:
    _serve(registry, "v2")
    registry.promote("pm25", "v2", who=WORKFLOW, why="the canary held")
    _register(registry, "v3", judged_against="v2")
    for _ in range(2):
        registry.stage("pm25", "v3", who=WORKFLOW, why="passed the gate")
    for _ in range(2):
        registry.retire("pm25", "v3", who=WORKFLOW, why="the canary failed")
    assert len(registry.decisions("pm25")) == 6


Call = Callable[[DynamoModelRegistry], None]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.promote("pm25", "candidate", who="w", why="y"), "candidate: it cannot become production; next"),
        (lambda r: r.stage("pm25", "serving", who="w", why="y"), "production: it cannot become staging; promote ano"),
        (lambda r: r.retire("pm25", "serving", who="w", why="y"), "production: it cannot become retired; promote an"),
        (lambda r: r.stage("pm25", "retired", who="w", why="y"), "retired: it cannot become staging; train anew"),
        (lambda r: r.promote("pm25", "retired", who="w", why="y"), "retired: it cannot become production; train ane"),
    ],
)
def test_a_move_that_leaves_out_a_stage_is_refused(registry: DynamoModelRegistry, call: Call, message: str) -> None:
    _serve(registry, "serving")
    _register(registry, "candidate", judged_against="serving")
    _register(registry, "retired", judged_against="serving")
    registry.retire("pm25", "retired", who=WORKFLOW, why="not better")
    before = registry.decisions("pm25")
    with pytest.raises(Conflict, match=message):
        call(registry)
    assert registry.decisions("pm25") == before


@pytest.mark.parametrize("move", ["stage", "promote", "retire"])
def test_an_unknown_version_is_not_moved(registry: DynamoModelRegistry, move: str) -> None:
    with pytest.raises(NotFound, match="v9 of the pm25 model is not registered"):
        getattr(registry, move)("pm25", "v9", who=WORKFLOW, why="any")


def test_a_version_that_was_judged_against_another_model_is_not_promoted(registry: DynamoModelRegistry) -> None:
    _serve(registry, "v1")
    for version in ("v2", "v3"):
        _register(registry, version, judged_against="v1")
        registry.stage("pm25", version, who=WORKFLOW, why="passed the gate")
    registry.promote("pm25", "v2", who=WORKFLOW, why="the canary held")
    with pytest.raises(Conflict, match=r"v3 .* was judged against v1, but v2 is in production now: train again"):
        registry.promote("pm25", "v3", who=WORKFLOW, why="the canary held")
    assert _in_production(registry) == ["v2"]


class OneWriteAtATime:
    """moto's transactions are not safe between threads as DynamoDB's are: its tables are copied and put back."""

    def __init__(self, client: DynamoDBClient, wait: Callable[[], object]) -> None:
        self._client = client
        self._wait = wait
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        self._wait()
        with self._lock:
            return self._client.transact_write_items(**request)


def test_of_promotions_at_the_same_moment_one_wins(keyed_table: DynamoDBClient) -> None:
    names = [f"v{number}" for number in range(1, 9)]
    quiet = DynamoModelRegistry(keyed_table, "t", TickingClock())
    _serve(quiet, "v0")
    for name in names:
        _register(quiet, name, judged_against="v0")
        quiet.stage("pm25", name, who=WORKFLOW, why="passed the gate")
    # All of them have read the same state when the first one writes.
    client: Any = OneWriteAtATime(keyed_table, threading.Barrier(len(names)).wait)

    def promote(name: str) -> str:
        racing = DynamoModelRegistry(client, "t", TickingClock())
        try:
            racing.promote("pm25", name, who=WORKFLOW, why="the canary held")
        except Conflict as error:
            return str(error)
        return name

    with ThreadPoolExecutor(len(names)) as threads:
        outcomes = list(threads.map(promote, names))
    winners = [outcome for outcome in outcomes if outcome in names]
    assert len(winners) == 1
    assert {outcome for outcome in outcomes if outcome not in names} == {
        "somebody else decided about this model meanwhile: look again"
    }
    assert _in_production(quiet) == winners
    assert _stage(quiet, "v0") is RegistryStage.RETIRED
    promoted = {each.version for each in quiet.decisions("pm25") if each.after is RegistryStage.PRODUCTION}
    assert promoted == {"v0", *winners}


def test_a_rollback_puts_the_version_before_back_into_production(registry: DynamoModelRegistry) -> None:
    _serve(registry, "v1")
    _serve(registry, "v2", judged_against="v1")
    registry.roll_back("pm25", "v2", "v1", who=OPERATOR, why="too low on smoky days")
    assert _in_production(registry) == ["v1"]
    assert _stage(registry, "v2") is RegistryStage.RETIRED
    back, out = registry.decisions("pm25")[-2:]
    assert (back.version, back.before, back.after) == ("v1", "retired", "production")
    assert (out.version, out.after, out.why) == ("v2", "retired", "replaced by v1: too low on smoky days")
    assert {back.who, out.who} == {OPERATOR}


def test_after_a_rollback_the_versions_before_are_still_known(registry: DynamoModelRegistry) -> None:
    _serve(registry, "v1")
    _serve(registry, "v2", judged_against="v1")
    _serve(registry, "v3", judged_against="v2")
    registry.roll_back("pm25", "v3", "v2", who=OPERATOR, why="worse")
    found = registry.production("pm25")
    assert found is not None
    assert (found.version, found.replaced) == ("v2", "v1")


def test_a_rollback_is_refused_where_another_version_came_meanwhile(registry: DynamoModelRegistry) -> None:
    _serve(registry, "v1")
    _serve(registry, "v2", judged_against="v1")
    _serve(registry, "v3", judged_against="v2")
    with pytest.raises(Conflict, match="v3 of the pm25 model is in production, not v2: look again"):
        registry.roll_back("pm25", "v2", "v1", who=OPERATOR, why="worse")
    assert _in_production(registry) == ["v3"]


@pytest.mark.parametrize(("version", "message"), [("never", "was never in production"), ("v2", "is production")])
def test_only_a_version_that_served_and_was_replaced_is_put_back(
    registry: DynamoModelRegistry, version: str, message: str
) -> None:
    _serve(registry, "v1")
    _serve(registry, "v2", judged_against="v1")
    _register(registry, "never", judged_against="v2")
    registry.retire("pm25", "never", who=WORKFLOW, why="not better")
    with pytest.raises(Conflict, match=message):
        registry.roll_back("pm25", "v2", version, who=OPERATOR, why="worse")


def test_a_decision_is_never_written_over(keyed_table: DynamoDBClient) -> None:
    frozen = DynamoModelRegistry(keyed_table, "t", lambda: NOW)
    frozen.register(record("v1"), who=WORKFLOW, why="first")
    keyed_table.delete_item(TableName="t", Key={"pk": {"S": "pm25"}, "sk": {"S": "VERSION#v1"}})
    with pytest.raises(Conflict):
        frozen.register(record("v1"), who=WORKFLOW, why="second")
    assert [each.why for each in frozen.decisions("pm25")] == ["first"]


def test_a_collision_of_transactions_may_be_tried_again(
    registry: DynamoModelRegistry, keyed_table: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _register(registry, "v2")
    answer: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
        "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
    }

    def collide(**_request: Any) -> None:
        raise ClientError(answer, "TransactWriteItems")

    monkeypatch.setattr(keyed_table, "transact_write_items", collide)
    with pytest.raises(Unavailable, match="could not write the decision just now"):
        registry.stage("pm25", "v2", who=WORKFLOW, why="passed the gate")


def test_an_error_that_is_no_conflict_stays_what_it_is(keyed_table: DynamoDBClient) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound") as caught:
        DynamoModelRegistry(keyed_table, "no-such-table", lambda: NOW).register(record(), who=WORKFLOW, why="any")
    assert not isinstance(caught.value, GeoClimateError)
