"""The newest values as rows."""

from typing import Final

from functions.api.forms.table import Table
from geoclimate.contracts.latest import LatestAnswer

_PLACE: Final = ("station", "latitude", "longitude")
_VALUE: Final = ("value", "start", "end", "instrument", "flag", "age_seconds", "null_reason")


def latest_table(answer: LatestAnswer) -> Table:
    """A row a station."""
    listed = answer.model_dump(mode="json", include={"values"})["values"]
    rows = (
        (*(one[name] for name in _PLACE), answer.parameter, answer.unit, *(one[name] for name in _VALUE))
        for one in listed
    )
    return Table((*_PLACE, "parameter", "unit", *_VALUE), rows, answer.next)
