"""The refused rows of a file on their way into the lake."""

from collections.abc import Sequence
from typing import Final

from geoclimate.domain.delivery import Delivery
from geoclimate.domain.quality import Refusal
from geoclimate.services.ports import Lake

LISTED_AT_ONCE: Final = 5_000
"""Refused rows in one file of the lake."""


class RefusalStorage:
    """Keeps refused rows in the lake, as delivered, some thousand in a file."""

    def __init__(self, lake: Lake, delivery: Delivery) -> None:
        self._lake = lake
        self._delivery = delivery
        self._waiting: list[Refusal] = []
        self._lists = 0

    def add(self, refusals: Sequence[Refusal]) -> None:
        """Take refused rows.

        Raises:
            Unavailable: The lake does not answer.
        """
        self._waiting.extend(refusals)
        while len(self._waiting) >= LISTED_AT_ONCE:
            self._write(self._waiting[:LISTED_AT_ONCE])
            self._waiting = self._waiting[LISTED_AT_ONCE:]

    def finish(self) -> None:
        """Write what is left.

        Raises:
            Unavailable: The lake does not answer.
        """
        if self._waiting:
            self._write(self._waiting)
            self._waiting = []

    def _write(self, refusals: Sequence[Refusal]) -> None:
        self._lake.write_refused(refusals, self._delivery, self._lists)
        self._lists += 1
