"""What backup and restore need of the outside world, as Protocols; `adapters/` implements them on AWS.

Every method that asks a store or a service raises `Unavailable` where that does not answer, whether its text says so or
not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

RawItem: TypeAlias = Mapping[str, Mapping[str, object]]
"""A whole item in DynamoDB JSON, as it is written to a file: binaries are base64 text, sets are sorted."""

RawKey: TypeAlias = tuple[str, str]
"""Partition key and sort key of an item."""


class RawTable(Protocol):
    """One table as a heap of items, whatever they mean: what backup and restore need."""

    def write(self, items: Iterable[RawItem]) -> None:
        """Write all items, over those with the same keys, or raise.

        Raises:
            Unavailable: The table goes on refusing some of them.
        """
        ...

    def read(self, keys: Iterable[RawKey]) -> Sequence[RawItem]:
        """The items of these keys that exist, read consistently, in any order."""
        ...

    def delete(self, keys: Iterable[RawKey]) -> None:
        """Delete the items of these keys; a key that does not exist is no error."""
        ...


class Signer(Protocol):
    """Makes and checks message authentication codes with a key that never leaves its keeper."""

    def sign(self, message: bytes) -> str:
        """The code of a message, as text."""
        ...

    def verify(self, message: bytes, code: str) -> bool:
        """Whether this code was made from exactly this message."""
        ...
