"""A table in the form that was asked for."""

from fastapi.responses import Response

from functions.api.forms.table import Table
from geoclimate.contracts.forms import Form


def written_table(table: Table, form: Form) -> Response:
    """A table as CSV or NDJSON.

    Each is imported when it is asked for: most requests want JSON.
    """
    if form == "csv":
        from functions.api.forms.csv_form import csv_response  # noqa: PLC0415 - see above

        return csv_response(table)
    from functions.api.forms.ndjson_form import ndjson_response  # noqa: PLC0415 - see above

    return ndjson_response(table)
