"""Named arrays in one small file, in the safetensors format, read and written with numpy alone.

The format is eight bytes with the header's length, a header in JSON and the bare values, so nothing in it can run.
Source: https://github.com/huggingface/safetensors#format. The library itself is not in the functions' layers.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import IntegrityError

MAX_HEADER_BYTES: Final = 1 << 20
_ALIGNMENT: Final = 8
_DTYPES: Final[dict[str, np.dtype[Any]]] = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}
_NAMES: Final = {dtype: name for name, dtype in _DTYPES.items()}

Tensors = dict[str, npt.NDArray[Any]]


def write_tensors(tensors: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Arrays of float32 or int64 and text about them as a safetensors file; the same content gives the same bytes.

    Raises:
        ValueError: An array has another type.
    """
    header: dict[str, object] = {"__metadata__": dict(sorted(metadata.items()))}
    parts: list[bytes] = []
    end = 0
    for name, array in sorted(tensors.items()):
        dtype = array.dtype.newbyteorder("<")
        if dtype not in _NAMES:
            message = f"{name} holds {array.dtype}; a tensor file holds float32 and int64"
            raise ValueError(message)
        content = np.ascontiguousarray(array, dtype=dtype).tobytes()
        begin, end = end, end + len(content)
        header[name] = {"dtype": _NAMES[dtype], "shape": list(array.shape), "data_offsets": [begin, end]}
        parts.append(content)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


def read_tensors(content: bytes) -> tuple[Tensors, dict[str, str]]:
    """The arrays and the metadata of a safetensors file; arrays may not be written to.

    Raises:
        IntegrityError: The bytes are no such file, or hold another type than float32 and int64.
    """
    size = int.from_bytes(content[:8], "little")
    if len(content) < 8 or size > min(MAX_HEADER_BYTES, len(content) - 8):
        raise IntegrityError("not a safetensors file: the header is longer than the file or than is allowed")
    try:
        header = json.loads(content[8 : 8 + size])
        metadata = {str(key): str(value) for key, value in header.pop("__metadata__", {}).items()}
        values = memoryview(content)[8 + size :]
        return {str(name): _array(str(name), values, entry) for name, entry in header.items()}, metadata
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise IntegrityError(f"not a safetensors file that can be read: {error}") from error


def _array(name: str, values: memoryview, entry: Mapping[str, Any]) -> npt.NDArray[Any]:
    if entry["dtype"] not in _DTYPES:
        message = f"{name!a} holds {entry['dtype']!r}; float32 (F32) and int64 (I64) are read"
        raise ValueError(message)
    dtype, shape, (begin, end) = _DTYPES[entry["dtype"]], tuple(map(int, entry["shape"])), entry["data_offsets"]
    if min(shape, default=0) < 0 or not 0 <= begin <= end <= len(values):
        message = f"shape {shape} or offsets {begin} to {end} are impossible in {len(values)} bytes"
        raise ValueError(message)
    if math.prod(shape) * dtype.itemsize != end - begin:
        message = f"{end - begin} bytes are not the shape {shape}"
        raise ValueError(message)
    return np.frombuffer(values[begin:end], dtype=dtype).reshape(shape)
