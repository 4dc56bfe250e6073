"""What giving a place for an upload needs of the outside world, as Protocols.

Every method that asks a store or a service raises `Unavailable` where that does not answer, whether its text says so or
not.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from geoclimate.domain.account_uploads import AccountUpload


@dataclass(frozen=True, slots=True)
class UploadForm:
    """An HTML form's action and fields, with which somebody may write one object.

    Attributes:
        url: Where the form is sent by POST, `multipart/form-data`.
        fields: Fields that come before the file, which is the last one and called `file`.
        expires_at: Until when, UTC.
    """

    url: str
    fields: Mapping[str, str]
    expires_at: dt.datetime


class UploadForms(Protocol):
    """Signs what lets somebody without rights write one object, or read one."""

    def form(self, key: str, most_bytes: int, now: dt.datetime) -> UploadForm:
        """A form for one key, of a bounded number of bytes."""
        ...

    def link(self, key: str) -> str:
        """An address that gives an object to whoever has it, for a few minutes."""
        ...


class FilesBeside(Protocol):
    """What lies beside an upload."""

    def write_beside(self, key: str, suffix: str, body: BinaryIO, content_type: str) -> None:
        """Write `<key><suffix>`.

        Raises:
            Unavailable: The bucket does not answer.
        """
        ...

    def read_beside(self, key: str, suffix: str) -> bytes | None:
        """The bytes of `<key><suffix>`, or None.

        Raises:
            Unavailable: The bucket does not answer.
        """
        ...


class AccountUploadStore(Protocol):
    """Which uploads accounts were given a place for."""

    def add(self, upload: AccountUpload) -> None:
        """Keep a new one.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def get(self, account: str, upload: str) -> AccountUpload | None:
        """One of an account's uploads, or None."""
        ...

    def newest(self, account: str, before: str | None, most: int) -> Sequence[AccountUpload]:
        """An account's uploads, the newest first, from the one before an id on."""
        ...
