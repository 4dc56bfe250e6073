"""What the export and the erasure of an account need of the stores; `adapters/` implements it on AWS."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from geoclimate.domain.receipts import Receipt


@dataclass(frozen=True, slots=True)
class Place:
    """Where a receipt is stored: both keys of its item."""

    partition: str
    sort: str


@dataclass(frozen=True, slots=True)
class AccountFile:
    """A file that was made for an account.

    Attributes:
        name: Its key without the account.
        size: Bytes.
    """

    name: str
    size: int


class ReceiptStore(Protocol):
    """Says how far exports and erasures are."""

    def running_export(self, account: str, since: dt.datetime) -> str | None:
        """Id of an export of the account that was asked for since an instant and still runs, or None.

        Raises:
            Unavailable: The store does not answer.
        """

    def begin_export(self, account: str, receipt: str, at: dt.datetime) -> Place:
        """Write the receipt of an export that begins.

        Raises:
            Unavailable: The store does not answer.
        """

    def begin_erasure(self, account: str, digest: str, at: dt.datetime) -> Place:
        """Write the receipt of an erasure that begins, by the digest of its id, and that the account is being erased.

        Raises:
            Conflict: It is being erased already.
            Unavailable: The store does not answer.
        """

    def withdraw_export(self, account: str, receipt: str) -> None:
        """Forget the receipt of an export that could not be started.

        Raises:
            Unavailable: The store does not answer.
        """

    def withdraw_erasure(self, account: str, digest: str) -> None:
        """Forget the receipt of an erasure that could not be started, and that the account is being erased.

        Raises:
            Unavailable: The store does not answer.
        """

    def export_receipt(self, account: str, receipt: str) -> Receipt | None:
        """The receipt of an export of this account, or None.

        Raises:
            Unavailable: The store does not answer.
        """

    def erasure_receipt(self, digest: str) -> Receipt | None:
        """The receipt of an erasure, or None.

        Raises:
            Unavailable: The store does not answer.
        """

    def note(self, place: Place, counts: Mapping[str, int]) -> None:
        """Add to what was exported or erased so far, unless the receipt is gone.

        Raises:
            Unavailable: The store does not answer.
        """

    def finish(self, place: Place, at: dt.datetime) -> None:
        """Write that all is done, unless the receipt is gone.

        Raises:
            Unavailable: The store does not answer.
        """


class Standing(Protocol):
    """Says whether an account is still there."""

    def erased(self, account: str) -> bool:
        """Whether the account is being erased, or was within the life of a token.

        Raises:
            Unavailable: The store does not answer.
        """


class AccountRecords(Protocol):
    """Everything that the tables keep of an account."""

    def everything(self, account: str) -> Iterable[tuple[str, Mapping[str, object]]]:
        """Every record as JSON can hold it, each with the name of its kind.

        Raises:
            Unavailable: The store does not answer.
        """

    def delete_everything(self, account: str) -> int:
        """Delete every record but keys and that the account is being erased; gives how many there were.

        A key goes with the gateway's, or nobody would know any more that the gateway has it.

        Raises:
            Unavailable: The store does not answer; some may be deleted.
        """


class AccountFiles(Protocol):
    """The files that were made for an account."""

    def listed(self, account: str) -> Iterable[AccountFile]:
        """Every file.

        Raises:
            Unavailable: The store does not answer.
        """

    def write_export(self, account: str, receipt: str, body: bytes) -> None:
        """Keep an export.

        Raises:
            Unavailable: The store does not answer.
        """

    def delete_everything(self, account: str) -> int:
        """Delete every file; gives how many there were.

        Raises:
            Unavailable: The store does not answer; some may be deleted.
        """


class ExportLinks(Protocol):
    """Lets a browser fetch an export."""

    def link(self, account: str, receipt: str) -> str:
        """An address that gives the export to whoever has it, for some minutes."""
