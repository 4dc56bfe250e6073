from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ministack import app as ministack_app
from ministack.core import persistence
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import lambda_svc

from local.cloud.saver import PERIOD_S, Saver, next_period

Make = Callable[[], Saver]


@pytest.fixture
def saver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saver:
    monkeypatch.setattr(ministack_app, "save_all", None)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    return Saver()


def test_ministack_reads_back_what_was_saved(saver: Saver) -> None:
    tables = AccountRegionScopedDict()
    tables.set_scoped("000000000000", "us-east-1", ("t", "k"), {"blob": b"\x00\xff", "n": 1})
    saver.save({"dynamodb": lambda: {"tables": tables, "none": None}})
    loaded: Any = persistence.load_state("dynamodb")
    assert loaded["tables"]._data == {("000000000000", "us-east-1", ("t", "k")): {"blob": b"\x00\xff", "n": 1}}
    assert loaded["none"] is None


def test_replaces_ministacks_own_save(saver: Saver) -> None:
    assert ministack_app.save_all == saver.save


def test_a_service_without_state_keeps_its_file(saver: Saver, tmp_path: Path) -> None:
    (tmp_path / "s3.json").write_text("earlier")
    saver.save({"s3": lambda: None})
    assert (tmp_path / "s3.json").read_text() == "earlier"


def test_copies_again_what_changed_while_it_was_copied(saver: Saver) -> None:
    attempts = iter([RuntimeError("dictionary changed size during iteration"), {"topics": {}}])

    def state() -> Any:
        answer = next(attempts)
        if isinstance(answer, Exception):
            raise answer
        return answer

    saver.save({"sns": state})
    assert persistence.load_state("sns") == {"topics": {}}


def test_a_service_that_cannot_be_saved_keeps_its_file_and_stops_no_other(saver: Saver, tmp_path: Path) -> None:
    saver.save({"sns": lambda: {"topics": {}}})
    saver.save({"sns": lambda: {"topics": object()}, "sqs": lambda: {"queues": {}}})
    assert persistence.load_state("sns") == {"topics": {}}
    assert persistence.load_state("sqs") == {"queues": {}}
    assert not list(tmp_path.glob("*.tmp"))


def test_writes_only_what_changed(saver: Saver, tmp_path: Path) -> None:
    saver.save({"sns": lambda: {"topics": {}}})
    (tmp_path / "sns.json").write_text("untouched")
    saver.save({"sns": lambda: {"topics": {}}})
    assert (tmp_path / "sns.json").read_text() == "untouched"
    saver.save({"sns": lambda: {"topics": {"a": 1}}})
    assert persistence.load_state("sns") == {"topics": {"a": 1}}


def test_writes_functions_only_where_their_code_or_settings_changed(saver: Saver, tmp_path: Path) -> None:
    def saved(code: bytes, memory: int = 128) -> bool:
        (tmp_path / "lambda.json").write_text("untouched")
        saver.save({"lambda": lambda: {"layers": {"code": bytes(bytearray(code))}, "functions": {"memory": memory}}})
        return (tmp_path / "lambda.json").read_text() != "untouched"

    assert [saved(b"one"), saved(b"one"), saved(b"two"), saved(b"two", 256), saved(b"two", 256)] == [
        True,
        False,
        True,
        True,
        False,
    ]


def test_drops_a_functions_old_code_only_after_the_new_state_is_written(
    saver: Saver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there_when_dropped: list[tuple[set[str], bool]] = []

    def drop(referenced: set[str]) -> None:
        there_when_dropped.append((referenced, (tmp_path / "lambda.json").exists()))

    monkeypatch.setattr(lambda_svc, "_prune_orphan_code_blobs", drop)

    def state() -> Any:
        lambda_svc._prune_orphan_code_blobs({"digest"})
        return {"functions": {}}

    saver.save({"lambda": state})
    assert there_when_dropped == [({"digest"}, True)]
    assert lambda_svc._prune_orphan_code_blobs is drop


def test_waits_longer_after_a_save_that_took_long_and_a_minute_at_most() -> None:
    assert [next_period(took) for took in (0.0, 0.5, 1.0, 2.0, 30.0)] == [PERIOD_S, PERIOD_S, 20.0, 40.0, 60.0]
