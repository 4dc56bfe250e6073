"""The seal function as Step Functions calls it."""

from functools import partial

import pytest

from functions.seal import handler as entry
from geoclimate.contracts.backups import manifest_key, mark_key, signature_key
from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate.services.seal_backup import seal_backup
from geoclimate.services.sign_object import SignedObjects
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import HmacSigner, ObjectsInMemory, clock

ID = load_event("stepfunctions/seal")["backup_id"]


@pytest.fixture
def objects(monkeypatch: pytest.MonkeyPatch) -> ObjectsInMemory:
    made = ObjectsInMemory()
    seal = partial(seal_backup, backups=SignedObjects(made, HmacSigner()), clock=clock)
    monkeypatch.setattr(entry, "backup_sealer", lambda: seal)
    return made


def test_seals_and_then_marks_a_backup(objects: ObjectsInMemory) -> None:
    sealed = entry.handler(load_event("stepfunctions/seal"), CONTEXT)
    assert sealed == {"backup_id": ID, "key": manifest_key(ID), "items": 1826}
    confirmed = entry.handler(load_event("stepfunctions/confirm"), CONTEXT)
    assert confirmed == {"backup_id": ID, "key": mark_key(ID), "items": 1826}
    assert signature_key(mark_key(ID)) in objects.bodies


def test_marks_nothing_of_which_items_are_missing(objects: ObjectsInMemory) -> None:
    entry.handler(load_event("stepfunctions/seal"), CONTEXT)
    with pytest.raises(IntegrityError, match="1825 came back equal"):
        entry.handler(load_event("stepfunctions/confirm", restored__4__matched=1825), CONTEXT)
    assert mark_key(ID) not in objects.bodies


@pytest.mark.usefixtures("objects")
def test_refuses_an_unknown_step() -> None:
    with pytest.raises(InvalidInput, match="step"):
        entry.handler(load_event("stepfunctions/seal", step="forge"), CONTEXT)
