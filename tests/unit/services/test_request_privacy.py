"""Asking for an export or an erasure."""

import datetime as dt
from collections.abc import Callable

import pytest

from geoclimate.domain.account_errors import UnknownReceipt
from geoclimate.domain.errors import Conflict, Unavailable
from geoclimate.domain.receipts import receipt_digest
from geoclimate.services.privacy_ports import Place
from geoclimate.services.request_privacy import (
    PrivacyDesk,
    read_erasure,
    read_export,
    request_erasure,
    request_export,
)
from tests.api_events import ACCOUNT, OTHER_ACCOUNT
from tests.executions_fake import WorkflowInMemory
from tests.key_fakes import ClockByHand
from tests.privacy_fakes import FilesInMemory, ReceiptsInMemory


@pytest.fixture
def clock() -> ClockByHand:
    return ClockByHand()


@pytest.fixture
def desk(clock: ClockByHand) -> PrivacyDesk:
    return PrivacyDesk(ReceiptsInMemory(), WorkflowInMemory(), WorkflowInMemory(), FilesInMemory(), clock)


def started(workflow: object) -> dict[str, dict[str, object]]:
    assert isinstance(workflow, WorkflowInMemory)
    return workflow.started


def test_an_export_runs_under_its_receipt(desk: PrivacyDesk) -> None:
    receipt = request_export(desk, ACCOUNT)
    assert started(desk.exporting) == {
        receipt: {"account": ACCOUNT, "receipt": receipt, "place": {"pk": ACCOUNT, "sk": receipt}}
    }
    found, link = read_export(desk, ACCOUNT, receipt)
    assert (found.kind, found.state, link) == ("export", "running", None)


def test_an_export_that_runs_is_given_again(desk: PrivacyDesk) -> None:
    assert request_export(desk, ACCOUNT) == request_export(desk, ACCOUNT)
    assert len(started(desk.exporting)) == 1


def test_an_export_that_hangs_does_not_stand_in_the_way_for_ever(desk: PrivacyDesk, clock: ClockByHand) -> None:
    first = request_export(desk, ACCOUNT)
    clock.now += dt.timedelta(minutes=61)
    assert request_export(desk, ACCOUNT) != first


def test_a_finished_export_has_an_address(desk: PrivacyDesk, clock: ClockByHand) -> None:
    receipt = request_export(desk, ACCOUNT)
    desk.receipts.finish(Place(ACCOUNT, receipt), clock.now)
    _, link = read_export(desk, ACCOUNT, receipt)
    assert link is not None
    assert receipt in link


def test_another_account_reads_no_export_of_this_one(desk: PrivacyDesk) -> None:
    receipt = request_export(desk, ACCOUNT)
    with pytest.raises(UnknownReceipt):
        read_export(desk, OTHER_ACCOUNT, receipt)


def test_the_id_of_an_erasure_is_told_to_nobody_but_the_caller(desk: PrivacyDesk) -> None:
    receipt = request_erasure(desk, ACCOUNT)
    ((name, given),) = started(desk.erasing).items()
    assert name == given["receipt"] == receipt_digest(receipt)
    assert receipt not in str(given)
    assert read_erasure(desk, receipt).state == "running"


def test_an_account_is_erased_once(desk: PrivacyDesk) -> None:
    request_erasure(desk, ACCOUNT)
    with pytest.raises(Conflict, match="already"):
        request_erasure(desk, ACCOUNT)
    assert len(started(desk.erasing)) == 1


@pytest.mark.parametrize("request_it", [request_export, request_erasure])
def test_what_could_not_be_started_can_be_asked_for_again(
    desk: PrivacyDesk, request_it: Callable[[PrivacyDesk, str], str]
) -> None:
    workflow = desk.exporting if request_it is request_export else desk.erasing
    assert isinstance(workflow, WorkflowInMemory)
    workflow.down = True
    with pytest.raises(Unavailable):
        request_it(desk, ACCOUNT)
    workflow.down = False
    request_it(desk, ACCOUNT)
    assert len(workflow.started) == 1


def test_an_account_whose_erasure_could_not_be_started_is_still_let_in(desk: PrivacyDesk) -> None:
    assert isinstance(desk.erasing, WorkflowInMemory)
    assert isinstance(desk.receipts, ReceiptsInMemory)
    desk.erasing.down = True
    with pytest.raises(Unavailable):
        request_erasure(desk, ACCOUNT)
    assert not desk.receipts.erased(ACCOUNT)


def test_refuses_a_receipt_that_is_not_there(desk: PrivacyDesk) -> None:
    with pytest.raises(UnknownReceipt):
        read_erasure(desk, "x" * 32)
