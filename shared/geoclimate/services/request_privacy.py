"""Asking for the export or the erasure of an account, and reading how far it is."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.account_errors import UnknownReceipt
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.receipts import Receipt, new_receipt_id, receipt_digest
from geoclimate.services.execution_ports import Workflow
from geoclimate.services.privacy_ports import ExportLinks, Place, ReceiptStore

_ONE_EXPORT: Final = dt.timedelta(hours=1)
"""An export that was asked for this long ago and still runs is given again in place of a second one."""


@dataclass(frozen=True, slots=True)
class PrivacyDesk:
    """Where exports and erasures are asked for.

    Attributes:
        receipts: How far they are.
        exporting: The workflow that exports an account.
        erasing: The workflow that erases one.
        links: Addresses of exports.
        clock: The time.
    """

    receipts: ReceiptStore
    exporting: Workflow
    erasing: Workflow
    links: ExportLinks
    clock: Callable[[], dt.datetime]


def request_export(desk: PrivacyDesk, account: str) -> str:
    """Begin an export, or find the one that runs; gives the receipt's id.

    Raises:
        Unavailable: A service does not answer; asking again begins anew.
    """
    now = desk.clock()
    running = desk.receipts.running_export(account, now - _ONE_EXPORT)
    if running is not None:
        return running
    receipt = new_receipt_id()
    place = desk.receipts.begin_export(account, receipt, now)
    try:
        desk.exporting.start(receipt, _given(account, receipt, place))
    except Unavailable:
        # Asking again would be given the receipt of what never runs.
        desk.receipts.withdraw_export(account, receipt)
        raise
    return receipt


def request_erasure(desk: PrivacyDesk, account: str) -> str:
    """Begin to erase an account; gives the receipt's id, which opens the receipt when no token does any more.

    Raises:
        Conflict: It is being erased already.
        Unavailable: A service does not answer; the account is as it was, and may ask again.
    """
    receipt = new_receipt_id()
    digest = receipt_digest(receipt)
    place = desk.receipts.begin_erasure(account, digest, desk.clock())
    try:
        desk.erasing.start(digest, _given(account, digest, place))
    except Unavailable:
        # Nobody who is being erased is let in, not even to ask again.
        desk.receipts.withdraw_erasure(account, digest)
        raise
    return receipt


def read_export(desk: PrivacyDesk, account: str, receipt: str) -> tuple[Receipt, str | None]:
    """How far an export of this account is, and where it can be fetched once it is done.

    Raises:
        UnknownReceipt: The account has no such receipt.
        Unavailable: The store does not answer.
    """
    found = desk.receipts.export_receipt(account, receipt)
    if found is None:
        raise UnknownReceipt("This account has no receipt of this id, or it is older than 30 days.")
    return found, desk.links.link(account, receipt) if found.state == "done" else None


def read_erasure(desk: PrivacyDesk, receipt: str) -> Receipt:
    """How far an erasure is.

    Raises:
        UnknownReceipt: There is no such receipt.
        Unavailable: The store does not answer.
    """
    found = desk.receipts.erasure_receipt(receipt_digest(receipt))
    if found is None:
        raise UnknownReceipt("No receipt of this id is kept, or it is older than 30 days.")
    return found


def _given(account: str, receipt: str, place: Place) -> dict[str, object]:
    return {"account": account, "receipt": receipt, "place": {"pk": place.partition, "sk": place.sort}}
