"""The refused rows of a file: counted by rule, the first for its report, and all as the list that lies beside it."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

from geoclimate.contracts.report import FIRST_ERRORS, MOST_ERRORS, RefusedRow
from geoclimate.domain.quality import Refusal

_KEPT_IN_MEMORY: Final = 2**20


class RefusalList:
    """Counts and lists refused rows; give it to one file only.

    Attributes:
        by_rule: Refused rows by rule.
        first: The first refused rows.
        listed: Refused rows as NDJSON, `MOST_ERRORS` at most.
    """

    def __init__(self, listed: BinaryIO) -> None:
        self.by_rule: Counter[str] = Counter()
        self.first: list[RefusedRow] = []
        self.listed = listed
        self._listed_line = 0
        self._disordered = False

    def add(self, refusals: Sequence[Refusal]) -> None:
        """Count rows that are not taken, and list them while there is room."""
        for refusal in refusals:
            before = self.count
            self.by_rule[refusal.rule] += 1
            if before >= MOST_ERRORS:
                continue
            error = RefusedRow(
                line=refusal.line,
                column=refusal.column,
                value=refusal.value,
                rule=refusal.rule,
                message=refusal.message,
            )
            if before < FIRST_ERRORS:
                self.first.append(error)
            self._disordered |= refusal.line < self._listed_line
            self._listed_line = refusal.line
            self.listed.write(error.model_dump_json().encode() + b"\n")

    def finish(self) -> None:
        """Order the refused rows by line: one that contradicts an earlier row is found after those that follow it."""
        if not self._disordered:
            return
        self.listed.seek(0)
        lines = sorted(self.listed.readlines(), key=lambda line: RefusedRow.model_validate_json(line).line)
        self.first[:] = [RefusedRow.model_validate_json(line) for line in lines[:FIRST_ERRORS]]
        self.listed.seek(0)
        self.listed.writelines(lines)

    @property
    def count(self) -> int:
        """Rows refused."""
        return self.by_rule.total()


@contextmanager
def refusal_list() -> Iterator[RefusalList]:
    """A list that lies in a temporary file where it is long, and is gone afterwards."""
    with tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY) as listed:
        yield RefusalList(cast("BinaryIO", listed))
