"""Rows and columns, whatever is written from them."""

from collections.abc import Iterable
from dataclasses import dataclass

Cell = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and columns.

    Attributes:
        columns: Names, snake case.
        rows: A cell a column; times are texts.
        next: Link to the next page, or None.
    """

    columns: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]
    next: str | None = None
