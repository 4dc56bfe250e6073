"""Uploads that an account was given a place for."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountUpload:
    """A place for one file.

    Attributes:
        account: Whose it is.
        id: Its id, unique.
        name: The file's name, as the provider knows it.
        preview: Whether the file is only checked.
        created_at: When the place was given, UTC.
    """

    account: str
    id: str
    name: str
    preview: bool
    created_at: dt.datetime
