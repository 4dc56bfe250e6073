"""An account is erased from everywhere; only the audit log keeps entries, under a pseudonym that leads to nobody."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from geoclimate.services.identity_ports import UserDirectory
from geoclimate.services.key_ports import KeyDeleter, KeyStore
from geoclimate.services.privacy_ports import AccountFiles, AccountRecords, Place, ReceiptStore


@dataclass(frozen=True, slots=True)
class ErasureTargets:
    """Where an account is erased.

    Attributes:
        directory: The user pool.
        keys: Which keys it has.
        gateway: The gateway, which lets keys in.
        records: The tables.
        files: The files.
        receipts: How far it is.
        clock: The time.
    """

    directory: UserDirectory
    keys: KeyStore
    gateway: KeyDeleter
    records: AccountRecords
    files: AccountFiles
    receipts: ReceiptStore
    clock: Callable[[], dt.datetime]


def erase_account(targets: ErasureTargets, account: str, place: Place, *, last: bool) -> Mapping[str, int]:
    """Erase an account; gives how much of each kind was erased.

    First nobody gets in any more, then what is there goes. A request that was under way, or a token that outlives its
    account by minutes, can still write something: the workflow erases once more when every token has ended.

    Each step may be done again, so a pass that breaks off is repeated from its beginning.

    Args:
        targets: Where.
        account: Whose.
        place: Where the receipt is.
        last: Whether this is the last pass.

    Raises:
        Unavailable: A service does not answer.
    """
    targets.directory.close(account)
    keys = targets.keys.keys(account)
    for key in keys:
        targets.gateway.delete(key.key_id)
        targets.keys.remove(key)
    counts = {
        "keys": len(keys),
        "files": targets.files.delete_everything(account),
        "records": targets.records.delete_everything(account),
    }
    targets.directory.delete(account)
    targets.receipts.note(place, counts)
    if last:
        targets.receipts.finish(place, targets.clock())
    return counts
