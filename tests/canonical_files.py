"""Files of the canonical schema in Parquet, and what reading them gives."""

import base64
import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.parquet import encryption

from geoclimate.columnar.blocks import Block
from geoclimate.columnar.canonical_parquet import read_parquet_blocks
from geoclimate.columnar.columns import ObservationColumns, Vocabulary
from geoclimate.columnar.lake_table import observation_tables
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import Refusal

NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
DELIVERY = Delivery("ab" * 32, NOW, NOW)
START = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ROW: dict[str, Any] = {
    "station": "city-mitte",
    "station_name": "Mitte",
    "latitude": 52.52,
    "longitude": 13.4,
    "parameter": "pm25",
    "instrument": "1",
    "start": START,
    "end": START + HOUR,
    "value": 12.5,
    "unit": "ug/m3",
}
TYPES = {"start": pa.timestamp("us", "UTC"), "end": pa.timestamp("us", "UTC")}


def row(**changes: Any) -> dict[str, Any]:
    """A row that keeps every rule, but for the changes."""
    return {**ROW, **changes}


def table(*rows: Mapping[str, Any], **types: pa.DataType) -> pa.Table:
    """Rows as a table; a column is there where the first row has it."""
    columns = {name: [one.get(name) for one in rows] for name in rows[0]}
    kinds = {**TYPES, **types}
    return pa.table({name: pa.array(cells, kinds.get(name)) for name, cells in columns.items()})


def packed(content: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(content, out, **options)
    return out.getvalue()


class _PlainKeys(encryption.KmsClient):  # type: ignore[misc]  # pyarrow has no types for it
    """Keeps keys as they are."""

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:
        assert master_key_identifier
        return base64.b64encode(key_bytes)


def encrypted(content: pa.Table, *, plaintext_footer: bool) -> bytes:
    """A table as a Parquet file of which the column `value` is encrypted, and the footer too where that is wanted."""
    factory = encryption.CryptoFactory(lambda _: _PlainKeys())
    keys = encryption.EncryptionConfiguration(
        "footer", column_keys={"one": ["value"]}, plaintext_footer=plaintext_footer
    )
    properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), keys)
    out = io.BytesIO()
    with pq.ParquetWriter(out, content.schema, encryption_properties=properties) as writer:
        writer.write_table(content)
    return out.getvalue()


def blocks(content: pa.Table | bytes, **options: Any) -> list[Block]:
    text = content if isinstance(content, bytes) else packed(content, **options)
    return list(read_parquet_blocks(io.BytesIO(text), DELIVERY, Vocabulary()))


def taken(content: pa.Table | bytes, **options: Any) -> list[Observation]:
    found = blocks(content, **options)
    assert [refusal for block in found for refusal in block.refusals] == []
    return [seen for block in found for seen in block.columns.observations(DELIVERY)]


def refused(content: pa.Table) -> list[Refusal]:
    return [refusal for block in blocks(content) for refusal in block.refusals]


def unreadable(content: pa.Table | bytes, **options: Any) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as found:
        blocks(content, **options)
    return found.value


def lake_file(columns: ObservationColumns, delivery: Delivery = DELIVERY) -> pa.Table:
    """What the lake has of rows, with the parameter as a column."""
    parts = []
    for month, part in observation_tables(columns, delivery):
        parts.append(part.append_column("parameter", pa.array([month.parameter] * len(part))))
    return pa.concat_tables(parts).unify_dictionaries()
