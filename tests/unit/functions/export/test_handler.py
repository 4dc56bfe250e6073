"""The export function as Step Functions calls it."""

import pytest

from functions.export import handler as entry
from geoclimate.domain.errors import InvalidInput
from geoclimate.services.export_account import ExportSources
from geoclimate.services.privacy_ports import Place
from tests.accounts_api import Logged
from tests.api_events import ACCOUNT
from tests.audit_fakes import AuditInMemory
from tests.identity_fakes import UserPoolInMemory
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.privacy_fakes import NOW, FilesInMemory, ReceiptsInMemory, RecordsInMemory


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> ExportSources:
    pool, receipts = UserPoolInMemory(), ReceiptsInMemory()
    pool.add("ada@example.org", "", "consumer", account=ACCOUNT)
    place = load_event("stepfunctions/export")["place"]
    receipts.kept[Place(place["pk"], place["sk"])] = receipts.kept[receipts.begin_export(ACCOUNT, "r", NOW)]
    made = ExportSources(pool, RecordsInMemory(), FilesInMemory(), AuditInMemory(), receipts, lambda: NOW)
    monkeypatch.setattr(entry, "export_sources", lambda: made)
    return made


def test_the_file_is_written_and_the_counts_are_given(sources: ExportSources) -> None:
    assert entry.handler(load_event("stepfunctions/export"), CONTEXT) == {"counts": {"files": 0, "audit_entries": 0}}
    (file,) = sources.files.listed(ACCOUNT)
    assert file.name == "exports/q0Vt2cZ9mB4xL7nR1sW8uE3yK6pD5aHf.json"


def test_the_log_does_not_say_whose_it_is() -> None:
    logged = Logged()
    entry.logger.addHandler(logged)
    try:
        entry.handler(load_event("stepfunctions/export"), CONTEXT)
    finally:
        entry.logger.handlers.remove(logged)
    assert "account exported" in logged.lines[0]
    assert ACCOUNT not in str(logged.lines)


@pytest.mark.parametrize("changes", [{"account": "ada"}, {"receipt": "../7"}, {"place": {"pk": "x"}}, {"more": 1}])
def test_refuses_what_it_does_not_understand(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(changes))):
        entry.handler(load_event("stepfunctions/export", **changes), CONTEXT)
