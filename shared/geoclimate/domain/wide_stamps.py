"""How a wide file writes its times: ISO 8601, or a format with the directives of Python's `strptime`.

Stricter than `strptime`: no locale, digits are ASCII, and where two numbers touch each has its full width. Unlike it,
an hour may be 24 where the minutes are nought, as agencies write the end of a day.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final, NoReturn

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import EARLIEST, LAST_YEAR, RowRule, shortened

ISO: Final = "iso"
"""Name of ISO 8601 with date and time; with an offset, with Z, or without either in the zone of the mapping."""
LONGEST_FORMAT: Final = 100
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OFFSET: Final = r"Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?"
_ISO: Final = re.compile(
    r"(?P<Y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)[T ](?P<H>\d\d):(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,](?P<f>\d{1,6})\d*)?)?"
    rf"(?P<z>{_OFFSET})?",
    re.ASCII | re.IGNORECASE,
)
_ISO_EXAMPLE: Final = "2014-01-31T05:00 or 2014-01-31 05:00:00+08:00"

# Numbers: full width, and the widths that are taken where no other number touches.
_NUMBERS: Final = MappingProxyType(
    {
        "Y": (r"\d{4}", r"\d{4}"),
        "y": (r"\d\d", r"\d\d"),
        "m": (r"\d\d", r"\d{1,2}"),
        "d": (r"\d\d", r"\d{1,2}"),
        "j": (r"\d{3}", r"\d{1,3}"),
        "H": (r"\d\d", r"\d{1,2}"),
        "I": (r"\d\d", r"\d{1,2}"),
        "M": (r"\d\d", r"\d{1,2}"),
        "S": (r"\d\d", r"\d{1,2}"),
        "f": (r"\d{6}", r"\d{1,6}"),
    }
)
_TEXTS: Final = MappingProxyType({"b": "|".join(_MONTHS), "p": "AM|PM", "z": _OFFSET})
DIRECTIVES: Final = tuple(f"%{letter}" for letter in (*_NUMBERS, *_TEXTS, "%"))
_TOKEN: Final = re.compile(r"%(?P<directive>.)|(?P<blank>\s+)|(?P<literal>[^%\s])|(?P<end>%)", re.DOTALL)


class StampFormat:
    """Reads stamps that are all written one way.

    Attributes:
        has_hour: Whether a stamp says the hour, and not only the day.
    """

    def __init__(self, written: str) -> None:
        """Makes a reader of `iso` or of a format such as `%d.%m.%Y %H:%M`.

        Raises:
            ValueError: The format has an unknown directive, one twice, or does not say year, month and day; the message
                is for the person who wrote it.
        """
        self._written = written
        if written == ISO:
            self._form, names = _ISO, set("YmdHMSfz")
        else:
            pattern, names = _compiled(written)
            self._form = re.compile(pattern, re.ASCII | re.IGNORECASE)
        self._date = _date_reader(names, written)
        if "I" in names and "p" not in names:
            raise ValueError(f"'{written}' has %I, the hour of a 12-hour clock, and no %p: add it, or use %H")
        self.has_hour: Final = bool(names & {"H", "I"})

    def read(self, text: str, column: str) -> dt.datetime:
        """The time that a stamp says; aware where the stamp has an offset.

        Raises:
            RefusedValue: `timestamp`.
        """
        match = self._form.fullmatch(text)
        if match is None:
            how = f"such as {_ISO_EXAMPLE}" if self._written == ISO else f"as '{self._written}'"
            message = f"'{shortened(text)}' is not a time as the mapping describes it: write it {how}"
            raise RefusedValue(RowRule.TIMESTAMP, column, text, message)
        found = match.groupdict()
        try:
            stamp = dt.datetime.combine(self._date(found), dt.time()) + _clock(found)
            offset = found.get("z")
            if offset is not None:
                stamp = stamp.replace(tzinfo=_offset(offset))
        except (ValueError, OverflowError) as error:
            message = f"'{shortened(text)}' is not in the calendar ({error}): correct the date, the time or the offset"
            raise RefusedValue(RowRule.TIMESTAMP, column, text, message) from None
        if not EARLIEST.year <= stamp.year <= LAST_YEAR:
            message = f"'{shortened(text)}' is not of the years {EARLIEST.year} to {LAST_YEAR}: correct the stamp"
            raise RefusedValue(RowRule.TIMESTAMP, column, text, message)
        return stamp


def _compiled(written: str) -> tuple[str, set[str]]:
    tokens = list(_TOKEN.finditer(written))
    pattern: list[str] = []
    names: set[str] = set()
    for place, token in enumerate(tokens):
        directive = token["directive"]
        if token["blank"]:
            pattern.append(r"\s+")
        elif token["literal"] or directive == "%":
            pattern.append(re.escape(token["literal"] or "%"))
        elif directive in names:
            raise ValueError(f"'{written}' has %{directive} twice")
        elif directive in _NUMBERS:
            touched = any(_is_number(tokens, place + step) for step in (-1, 1))
            pattern.append(f"(?P<{directive}>{_NUMBERS[directive][0 if touched else 1]})")
            names.add(directive)
        elif directive in _TEXTS:
            pattern.append(f"(?P<{directive}>{_TEXTS[directive]})")
            names.add(directive)
        else:
            raise ValueError(f"'{token[0]}' in '{written}' is no directive; these are: {', '.join(DIRECTIVES)}")
    return "".join(pattern), names


def _is_number(tokens: Sequence[re.Match[str]], place: int) -> bool:
    return 0 <= place < len(tokens) and tokens[place]["directive"] in _NUMBERS


def _date_reader(names: set[str], written: str) -> Callable[[dict[str, str]], dt.date]:
    if len(names & {"Y", "y"}) != 1:
        _incomplete(written, "the year once, as %Y or %y")
    if "j" in names and not names & {"m", "b", "d"}:
        return lambda found: _day_of_year(_year(found), int(found["j"]))
    if "j" in names or len(names & {"m", "b"}) != 1 or "d" not in names:
        _incomplete(written, "the month once, as %m or %b, and the day as %d; or the day of the year as %j alone")
    if len(names & {"H", "I"}) > 1:
        _incomplete(written, "the hour once, as %H or %I")
    if "b" in names:
        return lambda found: dt.date(_year(found), 1 + _MONTHS.index(found["b"].lower()), int(found["d"]))
    return lambda found: dt.date(_year(found), int(found["m"]), int(found["d"]))


def _incomplete(written: str, what: str) -> NoReturn:
    raise ValueError(f"'{written}' must say {what}")


def _year(found: dict[str, str]) -> int:
    if "Y" in found:
        return int(found["Y"])
    # POSIX: 69 to 99 are of the twentieth century.
    short = int(found["y"])
    return short + (1900 if short >= 69 else 2000)


def _day_of_year(year: int, number: int) -> dt.date:
    date = dt.date(year, 1, 1) + dt.timedelta(days=number - 1)
    if date.year != year:
        raise ValueError(f"the year {year} has no day {number}")
    return date


def _clock(found: dict[str, str]) -> dt.timedelta:
    minute = int(found.get("M") or 0)
    second = int(found.get("S") or 0)
    microsecond = int((found.get("f") or "").ljust(6, "0"))
    hour = int(found.get("H") or 0)
    if "I" in found:
        twelve = int(found["I"])
        if not 1 <= twelve <= 12:
            raise ValueError("the hour of a 12-hour clock is 1 to 12")
        hour = twelve % 12 + (12 if found["p"].lower() == "pm" else 0)
    if minute > 59 or second > 59:
        raise ValueError("minutes and seconds are 0 to 59")
    if hour > 24 or (hour == 24 and (minute or second or microsecond)):
        raise ValueError("the hour is 0 to 23, or 24:00 for the end of the day")
    return dt.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)


def _offset(text: str) -> dt.tzinfo:
    if text in {"Z", "z"}:
        return dt.UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    ahead = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(ahead if text[0] == "+" else -ahead)
