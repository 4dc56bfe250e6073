"""The JSON of a mapping, field by field: every mistake is said with the field's path and what to do."""

import difflib
import json
import math
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, NoReturn, TypeVar

from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.quality import shortened

MOST_BYTES: Final = 2**20
"""Of a mapping; ten thousand stations with their places need less."""
RULE: Final = "mapping"
_WHOLE: Final = "the mapping"

_Found = TypeVar("_Found")
_Other = TypeVar("_Other")


def refuse(place: str, message: str) -> NoReturn:
    """Say what is wrong with a field.

    Raises:
        UnreadableFile: Always; rule `mapping`.
    """
    raise UnreadableFile(RULE, f"{place or _WHOLE}: {message}")


class Fields:
    """A JSON object whose fields are taken one after another, each once."""

    def __init__(self, content: object, place: str = "") -> None:
        if not isinstance(content, dict):
            refuse(place, f"must be an object in braces, not {_kind(content)}")
        self._content = content
        self._place = place
        self._taken: set[str] = set()

    def path(self, name: str) -> str:
        """Where a field is, such as `time.format`."""
        return f"{self._place}.{name}" if self._place else name

    def __contains__(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self._content

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are there."""
        return tuple(self._content)

    def text(self, name: str) -> str:
        """A text that is not blank, without blanks around it."""
        found = self._take(name)
        if not isinstance(found, str) or not found.strip():
            refuse(self.path(name), f"must be a text, not {_kind(found)}")
        return found.strip()

    def number(self, name: str, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        found = self._take(name)
        if isinstance(found, bool) or not isinstance(found, int | float) or not low <= found <= high:
            refuse(self.path(name), f"must be a number from {low:g} to {high:g}, not {_kind(found)}")
        return float(found)

    def one_of(self, name: str, choices: Sequence[str]) -> str:
        """One of several texts."""
        found = self._take(name)
        if not isinstance(found, str) or found not in choices:
            refuse(self.path(name), f"must be {' or '.join(map(repr, choices))}, not {_kind(found)}")
        return found

    def texts(self, name: str, *, blank: bool = False) -> tuple[str, ...]:
        """A list of different texts; at least one, unless `blank` allows an empty list and an empty text."""
        found = self._take(name)
        if not isinstance(found, list) or not (found or blank):
            refuse(self.path(name), f'must be a list of texts such as ["a", "b"], not {_kind(found)}')
        for place, text in enumerate(found):
            if not isinstance(text, str) or not (blank or text.strip()):
                refuse(f"{self.path(name)}[{place}]", f"must be a text, not {_kind(text)}")
            if text in found[:place]:
                refuse(f"{self.path(name)}[{place}]", f"{_kind(text)} is there twice")
        return tuple(text.strip() for text in found)

    def numbers(self, name: str) -> dict[str, float]:
        """A table from texts to numbers."""
        table = self.fields(name)
        if not table.names:
            refuse(self.path(name), 'must have an entry, such as {"N": 0}')
        found: dict[str, float] = {}
        for key in table.names:
            if key.strip() in found:
                refuse(table.path(key), "is there twice but for blanks around it: keep one")
            found[key.strip()] = table.number(key, -1e15, 1e15)
        return found

    def fields(self, name: str) -> "Fields":
        """An object."""
        return Fields(self._take(name), self.path(name))

    def value(self, name: str) -> object:
        """Whatever the field has."""
        return self._take(name)

    def maybe(self, name: str, read: Callable[[str], _Found], otherwise: _Other) -> _Found | _Other:
        """A field that may be left out, read by one of the other methods."""
        return read(name) if name in self else otherwise

    def only(self, *known: str) -> None:
        """Check that every field is a known one, before any is taken: what a mistyped name leads to is not told first.

        Args:
            known: All fields that the object can have.

        Raises:
            UnreadableFile: `mapping`: a field is unknown, and the message names the nearest known one.
        """
        for name in self._content:
            if name not in known:
                refuse(self.path(shortened(name)), f"is no field that is known here{nearest(name, known)}")

    def end(self) -> None:
        """Check that every field was taken.

        Raises:
            UnreadableFile: `mapping`: another field makes one useless.
        """
        for name in self._content:
            if name not in self._taken:
                refuse(self.path(name), "has no use beside the other fields here: remove it, or them")

    def _take(self, name: str) -> object:
        if name not in self:
            refuse(self.path(name), "is missing: add it")
        self._taken.add(name)
        return self._content[name]


def nearest(name: str, known: Collection[str]) -> str:
    """Words that name what was probably meant, or all that could be."""
    choices = sorted(set(known))
    close = difflib.get_close_matches(name, choices, n=1)
    if close:
        return f"; the nearest is '{close[0]}'"
    return f"; known here are {', '.join(choices)}" if choices else ""


def parse_object(text: bytes) -> Fields:
    """The one JSON object that a mapping is.

    Raises:
        UnreadableFile: `mapping`: it is too large, no UTF-8, no JSON, or no object.
    """
    if len(text) > MOST_BYTES:
        refuse("", f"it has more than {MOST_BYTES // 2**20} MiB: is it the file of values?")
    try:
        content = json.loads(text.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(content, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        refuse("", f"it is no JSON: line {error.lineno}, column {error.colno}: {error.msg}; correct it there")
    except UnicodeDecodeError:
        refuse("", "it is not UTF-8: save it as UTF-8")
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start]).strip("'")
        refuse("", f"it has {half}, which is half a character: write the character itself")
    except (ValueError, RecursionError):
        # An integer of thousands of digits, or thousands of brackets.
        refuse("", "it is no JSON that can be read: a number in it is too long, or brackets lie too deep; correct it")
    return Fields(content)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, content in pairs:
        if name in found:
            refuse(shortened(name).encode(errors="backslashreplace").decode(), "is there twice: keep one")
        found[name] = content
    return found


def _no_number(text: str) -> NoReturn:
    refuse("", f"{text} is no number: JSON has finite numbers only")


def _kind(found: object) -> str:
    if isinstance(found, dict):
        return "an object"
    if isinstance(found, list):
        return "a list"
    if isinstance(found, float) and not math.isfinite(found):
        return "a number beyond all bounds"
    return shortened(json.dumps(found, ensure_ascii=False))
