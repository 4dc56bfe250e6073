"""What reading a piece of a file gives: columns of rows that pass every rule for a row alone, and all other lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from geoclimate.columnar.columns import ObservationColumns
from geoclimate.domain.delivery import SkippedRow
from geoclimate.domain.quality import Refusal


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Consecutive lines of a file, each in one of the three.

    Attributes:
        columns: Rows that pass every rule that looks at a row alone, ordered by line. A line of a wide file gives
            several. Rules that look at a series (duplicate, flat line, spike) come later.
        refusals: Rows, or cells of a wide file, that broke a rule, ordered by line.
        skipped: Rows left out by a format's choice.
    """

    columns: ObservationColumns
    refusals: Sequence[Refusal] = ()
    skipped: Sequence[SkippedRow] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Rows that are ready to be stored, after the rules that look at a series.

    Attributes:
        number: 0-based; the same lines of the same file are always in the batch of the same number.
        columns: Ordered by series, then start, then end; an interval of a series occurs once in the whole file.
        refusals: Rows that contradict an earlier line, ordered by line.
        repeated: How many rows said again what an earlier line said.
    """

    number: int
    columns: ObservationColumns
    refusals: Sequence[Refusal]
    repeated: int
