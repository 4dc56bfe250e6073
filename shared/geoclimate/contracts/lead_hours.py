"""A range of lead times, as requests write it."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError


def _ascending(text: str) -> str:
    first, last = lead_range(text)
    if first > last:
        raise PydanticCustomError(
            "lead_hours_reversed", "ends before it begins: write the smaller lead time first, as in 1-6"
        )
    return text


LeadHours = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}(-[1-9][0-9]{0,2})?$"), AfterValidator(_ascending)]
"""One lead time, `6`, or the first and the last of several, `1-6`."""


def lead_range(text: str) -> tuple[int, int]:
    """First and last lead time of such a text."""
    first, _, last = text.partition("-")
    return int(first), int(last or first)
