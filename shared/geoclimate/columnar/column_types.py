"""What holds for the schema of every Parquet file that is taken: names once, and types that can be read."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal, NoReturn

import pyarrow as pa

from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.quality import shortened

ColumnKind = Literal["text", "number", "time"]
"""What a column holds."""
_MOST_NAMED: Final = 9
_RULE: Final = "schema"


def refuse_schema(message: str) -> NoReturn:
    """Refuse a file for its columns.

    Raises:
        UnreadableFile: `schema`.
    """
    raise UnreadableFile(_RULE, message)


def refuse_repeated(schema: pa.Schema) -> None:
    """Check that no column is there twice.

    Raises:
        UnreadableFile: `schema`.
    """
    twice = [name for name, count in Counter(schema.names).items() if count > 1]
    if twice:
        refuse_schema(f"the column {named(twice)} is there twice: keep one")


def check_type(spelled: str, kind: ColumnKind, found: pa.DataType) -> None:
    """Check that a column has a type from which it can be read.

    Args:
        spelled: The column's name in the file.
        kind: What it holds.
        found: Its type.

    Raises:
        UnreadableFile: `schema`.
    """
    match kind:
        case "text":
            wanted, fits = "text", _is_text(found)
        case "number":
            wanted, fits = "double", pa.types.is_floating(found) or pa.types.is_integer(found)
        case "time":
            wanted = "timestamp with a time zone, or text in ISO 8601 with an offset"
            fits = _is_text(found) or (pa.types.is_timestamp(found) and found.tz is not None)
    if not fits:
        refuse_schema(f"the column '{spelled}' is of the type {shortened(str(found))}: write it as {wanted}")


def named(names: Sequence[str]) -> str:
    """Some column names as a message tells them."""
    more = len(names) - _MOST_NAMED
    shown = ", ".join(f"'{shortened(name)}'" for name in names[:_MOST_NAMED])
    return shown + (f" and {more} more" if more > 0 else "")


def _is_text(found: pa.DataType) -> bool:
    kind = found.value_type if pa.types.is_dictionary(found) else found
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
