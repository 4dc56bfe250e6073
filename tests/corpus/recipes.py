"""Files of the corpus that are too large to be kept, made when they are needed."""

import gzip
from collections.abc import Callable
from typing import Final

from tests.corpus.make_binary import HEADER, ROWS

_TEN_MEGABYTES: Final = 10_000_000


def _row(value: str, name: str = "Aotizhongxin", hour: int = 2) -> str:
    return f"501001,50100101,{name},2014-01-01T{hour:02}:00:00+08:00,39.982,116.397,pm25,µg/m³,{value}\n"


def _long_line() -> bytes:
    return (HEADER + ROWS[0] + _row("45.5", "x" * _TEN_MEGABYTES) + ROWS[2]).encode()


def _long_line_of_fields() -> bytes:
    return (HEADER + ROWS[0] + "1," * (_TEN_MEGABYTES // 2) + "\n" + ROWS[2]).encode()


def _long_quote() -> bytes:
    return (HEADER + ROWS[0] + '"' + "x\n" * 20_000 + ROWS[2]).encode()


def _long_first_line() -> bytes:
    return b"x" * _TEN_MEGABYTES + b"\n" + (HEADER + "".join(ROWS)).encode()


def _no_line_breaks() -> bytes:
    return (HEADER + "".join(ROWS) * 50_000).replace("\n", " ").encode()


def _blank_lines() -> bytes:
    return gzip.compress(b"\n" * 2**20, mtime=0)


def _many_faults() -> bytes:
    return (HEADER + ROWS[0] + _row("-999") * 5_000 + ROWS[2]).encode()


RECIPES: Final[dict[str, Callable[[], bytes]]] = {
    "recipes/ten-megabyte-line.csv": _long_line,
    "recipes/ten-megabyte-line-of-fields.csv": _long_line_of_fields,
    "recipes/ten-megabyte-first-line.csv": _long_first_line,
    "recipes/unclosed-quote-before-20000-lines.csv": _long_quote,
    "recipes/no-line-breaks.csv": _no_line_breaks,
    "recipes/bomb-of-blank-lines.csv.gz": _blank_lines,
    "recipes/5000-faults.csv": _many_faults,
}
