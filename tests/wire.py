"""Connections that end in moto: what our own clients send is answered in memory."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import requests


@dataclass
class Wire:
    """What was sent, and what goes wrong.

    Attributes:
        sent: Header fields of every request.
        opened: How many connections were made.
        failures: What the next requests meet: an error to raise, or a status and body.
    """

    sent: list[dict[str, str]] = field(default_factory=list)
    opened: int = 0
    failures: list[Exception | tuple[int, bytes]] = field(default_factory=list)

    def connection(self, scheme: str) -> Callable[..., Any]:
        """Stands for a connection class of `http.client`."""

        def make(host: str, port: int | None, **_: Any) -> _Connection:
            return _Connection(self, f"{scheme}://{host}" + ("" if port is None else f":{port}"))

        return make


class _Pipe:
    """Stands for a socket of which nothing has arrived, until its other side ends it."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def fileno(self) -> int:
        return self._read

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def end(self) -> None:
        os.close(self._write)
        self._write = -1

    def close(self) -> None:
        os.close(self._read)
        if self._write >= 0:
            os.close(self._write)


class _Connection:
    def __init__(self, wire: Wire, address: str) -> None:
        self._wire = wire
        self._address = address
        self.sock: _Pipe | None = None

    def connect(self) -> None:
        self._wire.opened += 1
        self.sock = _Pipe()

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        assert (method, path) == ("POST", "/")
        self._wire.sent.append(headers)
        self._body = body

    def getresponse(self) -> "_Answer":
        if self._wire.failures:
            failure = self._wire.failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return _Answer(*failure)
        answer = requests.post(self._address + "/", data=self._body, headers=self._wire.sent[-1], timeout=5)
        return _Answer(answer.status_code, answer.content)

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()
            self.sock = None


@dataclass
class _Answer:
    status: int
    content: bytes
    will_close: bool = False

    def read(self) -> bytes:
        return self.content


def installed(monkeypatch: Any) -> Iterator[Wire]:
    """The wire in place of the connections of our clients."""
    wire = Wire()
    monkeypatch.setattr("geoclimate.adapters.aws_json.http.client.HTTPConnection", wire.connection("http"))
    monkeypatch.setattr("geoclimate.adapters.aws_json.http.client.HTTPSConnection", wire.connection("https"))
    yield wire
