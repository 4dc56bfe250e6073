"""Ids of receipts."""

import re

from geoclimate.domain.receipts import new_receipt_id, receipt_digest


def test_ids_are_safe_in_an_address_and_never_the_same() -> None:
    ids = {new_receipt_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", one) for one in ids)


def test_what_is_stored_does_not_tell_the_id() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", receipt_digest("an-id"))
    assert receipt_digest("an-id") != receipt_digest("another-id")
