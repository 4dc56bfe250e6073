"""Decimal numbers out of the middle of lines, many at once, each the same double as Python's `float` gives.

The texts are cut out as words of bytes, filled with zeros in front, and given to Arrow, whose parser rounds correctly
as Python's does.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geoclimate.columnar.text_blocks import Ints, TextBlock

_MOST_WORDS: Final = 3
_WORD: Final = 8
LONGEST_DECIMAL: Final = _MOST_WORDS * _WORD
"""Characters of the longest text that is looked at; a double has 17 digits."""
_ZERO: Final = ord("0")
_PLAIN: Final = b"0123456789."
_IS_PLAIN: Final = np.isin(np.arange(256), np.frombuffer(_PLAIN, np.uint8))

Mask = npt.NDArray[np.bool_]


def _kept(words: int) -> npt.NDArray[np.uint64]:
    """[length, words]: 0xff in the bytes of a text of this length that is aligned to the right."""
    places = np.arange(words * _WORD)
    lengths = np.arange(words * _WORD + 1)
    kept = np.where(places >= places.size - lengths[:, None], 0xFF, 0).astype(np.uint8)
    return kept.view("<u8")


_KEPT: Final = tuple(_kept(words) for words in range(1, _MOST_WORDS + 1))
_FILL: Final = tuple(~kept & np.uint64(0x3030_3030_3030_3030) for kept in _KEPT)


def parse_decimals(block: TextBlock, begins: Ints, ends: Ints) -> tuple[npt.NDArray[np.float64], Mask]:
    """Numbers such as `12.5`, `-3` or `.04`.

    Args:
        block: Where the texts are.
        begins: Place of each text's first byte.
        ends: Place after its last byte; no text is empty or has more than `LONGEST_DECIMAL` characters.

    Returns:
        The numbers, and which of them are numbers: all in plain notation that end with a digit. The others are zero
        here, whatever they are.
    """
    lengths = ends - begins
    words = -(-int(lengths.max()) // _WORD)
    width = words * _WORD
    texts = block.words(ends - width, words)
    texts &= _KEPT[words - 1][lengths]
    texts |= _FILL[words - 1][lengths]
    characters = texts.view(np.uint8)
    # One that ends with a digit has a digit, which `.` and `-` have not.
    plain = characters[:, -1] - np.uint8(_ZERO) <= 9
    negative = np.frombuffer(block.data, np.uint8)[begins] == ord("-")
    if negative.any():
        rows = np.flatnonzero(negative)
        characters[rows, width - lengths[rows]] = _ZERO
    if characters.tobytes().translate(None, _PLAIN):
        plain &= _IS_PLAIN[characters].all(axis=1)
    characters[~plain] = _ZERO
    try:
        numbers = _numbers(characters)
    except pa.ArrowInvalid:
        plain &= np.count_nonzero(characters == ord("."), axis=1) <= 1
        characters[~plain] = _ZERO
        numbers = _numbers(characters)
    return (np.where(negative, -numbers, numbers) if negative.any() else numbers), plain


def _numbers(characters: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    count, width = characters.shape
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(width)
    texts = pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(characters))
    # Arrow's own way to numpy loads pandas wherever that is installed, which takes longer than a small file.
    return np.frombuffer(pc.cast(texts, pa.float64()).buffers()[1], np.float64, count)
