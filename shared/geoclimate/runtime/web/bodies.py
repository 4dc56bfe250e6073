"""Bodies of requests: JSON that every reader reads alike, or a problem that says what is wrong with it."""

import json
import re
from collections import Counter
from email.message import Message
from typing import Any, Final, NoReturn

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from geoclimate.domain.errors import MalformedBody, RequestTooLarge, UnsupportedMediaType

LARGEST_BODY: Final = 10 * 1024 * 1024
"""Bytes; what API Gateway takes. It answers for itself beyond that; another way to the function might not."""
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_UNREAD: Final = object()


class JsonRequest(Request):
    """A request whose `json` takes only what RFC 8259 calls JSON, and reads it once."""

    _read: Any = _UNREAD

    async def body(self) -> bytes:
        """The body as it was sent.

        Raises:
            RequestTooLarge: It has more bytes than the gateway takes.
        """
        body = await super().body()
        if len(body) > LARGEST_BODY:
            raise RequestTooLarge(f"The body has {len(body):,} bytes; {LARGEST_BODY:,} are taken.")
        return body

    async def json(self) -> Any:
        """The body.

        Raises:
            MalformedBody: It is no JSON, or is nested too deeply, or holds NaN or Infinity.
        """
        if self._read is _UNREAD:
            self._read = read_json(await self.body())
        return self._read

    async def check_body(self) -> None:
        """Find out whether the body, where there is one, is JSON and says so.

        Raises:
            MalformedBody: It is no JSON.
            RequestTooLarge: It has more bytes than the gateway takes.
            UnsupportedMediaType: Its content type is not JSON's.
        """
        if not await self.body():
            return
        given = self.headers.get("content-type", "")
        if not _says_json(given):
            raise UnsupportedMediaType(
                f"The body's content type is {_shown(given)}." if given else "The body has no content type."
            )
        await self.json()


def read_json(body: bytes) -> Any:
    """JSON as a value.

    Raises:
        MalformedBody: It is no JSON, or is nested too deeply, or holds NaN, Infinity or a member twice.
    """
    try:
        # RFC 8259 allows UTF-8 alone between systems; Python would guess UTF-16 and UTF-32 too.
        value = json.loads(body.decode(), parse_constant=_refuse_constant, object_pairs_hook=_members)
        if _SURROGATE.search(body):
            # Half a character, which no text of UTF-8 can hold and so no answer could repeat. Pairs are whole ones.
            json.dumps(value, ensure_ascii=False).encode()
        return value  # noqa: TRY300 - what an else would say is said by the errors below
    except json.JSONDecodeError as error:
        message = f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        raise MalformedBody(message) from None
    except UnicodeDecodeError as error:
        raise MalformedBody(f"The body is not UTF-8: byte {error.start + 1} cannot be read.") from None
    except UnicodeEncodeError:
        raise MalformedBody(
            "The body holds half of a surrogate pair, such as \\ud800, which is no character."
        ) from None
    except RecursionError:
        raise MalformedBody("The body is nested too deeply.") from None
    except ValueError:
        # What is left: Python reads no integer of more than 4,300 digits.
        raise MalformedBody("The body holds a number of more digits than any value has.") from None


def concerns_body(error: RequestValidationError) -> bool:
    """Whether all that is wrong with a request is in its body."""
    return all(entry["loc"][0] == "body" for entry in error.errors())


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        # One reader takes the first, another the last: RFC 8259, section 4.
        (name, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise MalformedBody(f"The body gives {_shown(name)} twice in one object: give it once.")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedBody(f"The body holds {name}, which is no JSON: write null where there is no value.")


def _says_json(content_type: str) -> bool:
    message = Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def _shown(text: str) -> str:
    return repr(text[:80])
