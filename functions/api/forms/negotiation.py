"""Which form a request asks for: `format` says it, or else the header `Accept`."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeVar

from fastapi import Request

from geoclimate.contracts.forms import MEDIA_TYPES, Form
from geoclimate.domain.errors import NotAcceptable

_FormT = TypeVar("_FormT", bound=str)

_ANY: Final = "*/*"
_WEIGHT: Final = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?", re.ASCII)


class _Range(NamedTuple):
    """A part of `Accept`, such as `text/*;q=0.5`."""

    media_type: str
    quality: float


def chosen_form(request: Request, asked: Form | None, offered: Sequence[Form]) -> Form:
    """The form of an answer.

    Args:
        request: Its header `Accept` counts where nothing is asked.
        asked: The parameter `format`.
        offered: The forms that the path gives, the usual one first.

    Raises:
        NotAcceptable: `Accept` takes none of them.
    """
    if asked is not None:
        return asked
    return accepted(request, {MEDIA_TYPES[form]: form for form in offered})


def accepted(request: Request, offered: dict[str, _FormT]) -> _FormT:
    """Which of the media types offered the header `Accept` likes best; of equals, the first (RFC 9110, 12.5.1).

    Raises:
        NotAcceptable: It takes none of them.
    """
    header = request.headers.get("accept", _ANY)
    if header == _ANY:
        return next(iter(offered.values()))
    ranges = list(_ranges(header)) or [_Range(_ANY, 1.0)]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    if _quality(best, ranges) <= 0.0:
        raise NotAcceptable(f"'Accept' takes none of the forms that there are: {', '.join(offered)}.")
    return offered[best]


def _ranges(header: str) -> Iterator[_Range]:
    for part in header.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" in media_type:
            yield _Range(media_type, _weight(parameters))


def _weight(parameters: Sequence[str]) -> float:
    """The `q` among the parameters of a range; 1 where there is none, or none that can be read."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q" and _WEIGHT.fullmatch(value.strip()):
            return float(value)
    return 1.0


def _quality(media_type: str, ranges: Sequence[_Range]) -> float:
    kind = media_type.partition("/")[0]
    # The most exact range counts.
    for wanted in (media_type, f"{kind}/*", _ANY):
        found = [one.quality for one in ranges if one.media_type == wanted]
        if found:
            return max(found)
    return 0.0
