"""The erase function as Step Functions calls it."""

import pytest

from functions.erase import handler as entry
from geoclimate.domain.errors import InvalidInput
from geoclimate.services.erase_account import ErasureTargets
from geoclimate.services.privacy_ports import Place
from tests.accounts_api import Logged
from tests.api_events import ACCOUNT
from tests.identity_fakes import UserPoolInMemory
from tests.key_fakes import GatewayInMemory, KeysInMemory
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.privacy_fakes import NOW, FilesInMemory, ReceiptsInMemory, RecordsInMemory


@pytest.fixture(autouse=True)
def targets(monkeypatch: pytest.MonkeyPatch) -> ErasureTargets:
    pool, receipts = UserPoolInMemory(), ReceiptsInMemory()
    pool.add("ada@example.org", "", "consumer", account=ACCOUNT)
    event = load_event("stepfunctions/erase")
    started = receipts.kept[receipts.begin_erasure(ACCOUNT, event["receipt"], NOW)]
    receipts.kept[Place(event["place"]["pk"], event["place"]["sk"])] = started
    made = ErasureTargets(
        pool, KeysInMemory(), GatewayInMemory(), RecordsInMemory(), FilesInMemory(), receipts, lambda: NOW
    )
    monkeypatch.setattr(entry, "erasure_targets", lambda: made)
    return made


def test_the_account_is_gone_and_the_counts_are_given(targets: ErasureTargets) -> None:
    answer = entry.handler(load_event("stepfunctions/erase"), CONTEXT)
    assert answer == {"counts": {"keys": 0, "files": 0, "records": 0}}
    assert targets.directory.find(ACCOUNT) is None


def test_the_log_does_not_say_whose_it_was() -> None:
    logged = Logged()
    entry.logger.addHandler(logged)
    try:
        entry.handler(load_event("stepfunctions/erase"), CONTEXT)
    finally:
        entry.logger.handlers.remove(logged)
    assert "account erased" in logged.lines[0]
    assert ACCOUNT not in str(logged.lines)


@pytest.mark.parametrize("changes", [{"account": "ada"}, {"receipt": "short"}, {"last": "perhaps"}, {"more": 1}])
def test_refuses_what_it_does_not_understand(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(changes))):
        entry.handler(load_event("stepfunctions/erase", **changes), CONTEXT)
