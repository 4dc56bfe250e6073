"""Parquet of our own canonical schema as input: what `columnar.lake_table` writes, or a provider's own writer."""

from collections.abc import Iterator
from typing import BinaryIO

from geoclimate.columnar.blocks import Block
from geoclimate.columnar.canonical_rows import CanonicalRows
from geoclimate.columnar.canonical_schema import TEXTS, chosen_columns
from geoclimate.columnar.columns import Vocabulary
from geoclimate.columnar.parquet_batches import ParquetRows, checked_rows
from geoclimate.domain.delivery import Delivery


def read_parquet_blocks(content: BinaryIO, delivery: Delivery, vocabulary: Vocabulary) -> Iterator[Block]:
    """What a Parquet file of the canonical schema says; a row's line is its 1-based number.

    Args:
        content: The file; it must be seekable, and stays open.
        delivery: What the rows have in common.
        vocabulary: Takes the file's monitors and flags.

    Raises:
        UnreadableFile: `parquet`, `too-large`, `schema` or `no-rows`; before any block is given.
    """
    rows = checked_rows(content, chosen_columns, TEXTS)
    return _blocks(rows, CanonicalRows(rows.columns, delivery, vocabulary))


def _blocks(rows: ParquetRows, reader: CanonicalRows) -> Iterator[Block]:
    for first, batch in rows.batches:
        yield reader.read(batch, first)
