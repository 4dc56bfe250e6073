"""CSV as RFC 4180 has it: a header line, commas, CRLF; an empty cell where there is nothing."""

import csv
import io
from typing import Final

from fastapi.responses import Response

from functions.api.forms.links import link_header
from functions.api.forms.table import Cell, Table
from geoclimate.contracts.forms import MEDIA_TYPES

_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_response(table: Table) -> Response:
    """A table as CSV."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(table.columns)
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return Response(written.getvalue(), media_type=MEDIA_TYPES["csv"], headers=link_header(table.next))


def _safe(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula: names come from outside (OWASP, CSV Injection)."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_BEGINS) else cell
