"""Structs of Thrift's compact protocol, in which Parquet writes its footer and the headers of its pages.

Source: Apache Thrift, "Thrift compact protocol encoding".
"""

from collections.abc import Callable
from typing import Final, TypeAlias

Value: TypeAlias = "int | bool | Fields | list[Fields] | None"
Fields: TypeAlias = dict[int, Value]
"""The fields of a struct by their numbers: whole numbers, structs and lists of structs; None stands for all else."""

_STRUCT: Final = 12
_LIST: Final = 9
_DEEPEST: Final = 16
_LONGEST_NUMBER_BITS: Final = 64


class DamagedThriftError(Exception):
    """Bytes that are no struct, or one that is larger than it may be."""


class ThriftReader:
    """Reads structs from bytes.

    Raises `IndexError` where the bytes end too early.

    Attributes:
        place: Where the next byte is read.
    """

    def __init__(self, buffer: bytes, most_structs: int) -> None:
        """Makes a reader that takes a bounded number of structs, so that bytes without end cannot fill the memory."""
        self.place = 0
        self._buffer = buffer
        self._structs_left = most_structs
        self._plain: dict[int, Callable[[], int | None]] = {
            3: self._byte,
            4: self._zigzag,
            5: self._zigzag,
            6: self._zigzag,
            7: lambda: self._pass(8),
            8: lambda: self._pass(self._varint()),
        }

    def struct(self, depth: int = 0) -> Fields:
        """The fields of the struct that begins here.

        Raises:
            DamagedThriftError: It is none, is too deep, or has too many structs in it.
        """
        self._structs_left -= 1
        if depth > _DEEPEST or self._structs_left < 0:
            raise DamagedThriftError("it has too many parts")
        fields: Fields = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._zigzag()
            if number in fields:
                # Of two, Arrow goes by the last one that is of the right type, which is not known here.
                raise DamagedThriftError(f"it has the field {number} twice")
            fields[number] = kind == 1 if kind in {1, 2} else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Value:
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind == _LIST:
            return self._list(depth)
        read = self._plain.get(kind)
        if read is None:
            # Sets and maps: Parquet has none.
            raise DamagedThriftError(f"it has a field of the unknown kind {kind}")
        return read()

    def _list(self, depth: int) -> list[Fields] | None:
        head = self._byte()
        count, kind = head >> 4, head & 15
        if count == 15:
            count = self._varint()
        if kind == _STRUCT:
            return [self.struct(depth + 1) for _ in range(count)]
        for _ in range(count):
            # In a list a truth value has a byte of its own.
            self._value(3 if kind in {1, 2} else kind, depth + 1)
        return None

    def _byte(self) -> int:
        found = self._buffer[self.place]
        self.place += 1
        return found

    def _varint(self) -> int:
        found = 0
        for shift in range(0, _LONGEST_NUMBER_BITS + 6, 7):
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
        raise DamagedThriftError("it has a number that is too long")

    def _zigzag(self) -> int:
        found = self._varint()
        return (found >> 1) ^ -(found & 1)

    def _pass(self, count: int) -> None:
        if self.place + count > len(self._buffer):
            raise IndexError
        self.place += count
