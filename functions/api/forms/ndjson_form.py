"""NDJSON: one JSON object a line."""

import json

from fastapi.responses import Response

from functions.api.forms.links import link_header
from functions.api.forms.table import Table
from geoclimate.contracts.forms import MEDIA_TYPES


def ndjson_response(table: Table) -> Response:
    """A table as NDJSON, an object a row."""
    lines = (
        json.dumps(dict(zip(table.columns, row, strict=True)), separators=(",", ":"), ensure_ascii=False) + "\n"
        for row in table.rows
    )
    return Response("".join(lines), media_type=MEDIA_TYPES["ndjson"], headers=link_header(table.next))
