"""Arrays in the safetensors format, with numpy alone."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from safetensors.numpy import load, save

from geoclimate.domain.errors import IntegrityError
from geoclimate.features.tensor_file import read_tensors, write_tensors

Array = npt.NDArray[Any]


@given(
    st.dictionaries(
        st.text(max_size=8).filter(lambda name: name != "__metadata__"),
        arrays(np.float32, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)),
        max_size=3,
    )
)
def test_what_is_written_is_read_back_and_read_by_the_library(tensors: dict[str, Array]) -> None:
    content = write_tensors(tensors, {"kind": "test"})
    found, metadata = read_tensors(content)
    library = load(content)
    assert metadata == {"kind": "test"}
    assert found.keys() == tensors.keys() == library.keys()
    for name, array in tensors.items():
        np.testing.assert_array_equal(found[name], array)
        np.testing.assert_array_equal(library[name], array)


def test_reads_what_the_library_writes() -> None:
    tensors: dict[str, Array] = {"b": np.arange(3, dtype=np.int64), "a": np.ones((2, 2), dtype=np.float32)}
    found, metadata = read_tensors(save(tensors, metadata={"version": "1"}))
    assert metadata == {"version": "1"}
    np.testing.assert_array_equal(found["b"], [0, 1, 2])
    np.testing.assert_array_equal(found["a"], np.ones((2, 2)))


def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = np.zeros(2, dtype=np.float32), np.ones(2, dtype=np.float32)
    assert write_tensors({"a": first, "b": second}, {"x": "1", "y": "2"}) == write_tensors(
        {"b": second, "a": first}, {"y": "2", "x": "1"}
    )


def test_refuses_to_write_objects() -> None:
    with pytest.raises(ValueError, match="holds object"):
        write_tensors({"a": np.array([None])}, {})


def _file(header: bytes, values: bytes = b"") -> bytes:
    return len(header).to_bytes(8, "little") + header + values


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1234567",
        b"\xff" * 16,
        _file(b"{"),
        _file(b"[]"),
        _file(b"[" * 100_000),
        _file(b'{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}', b"12"),
        _file(b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', b"1234"),
        _file(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', b"1234"),
        _file(b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', b"1234"),
        _file(b'{"a":{"shape":[1]}}', b"1234"),
        _file(b'{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}', b"1234"),
    ],
)
def test_refuses_bytes_that_are_no_such_file(content: bytes) -> None:
    with pytest.raises(IntegrityError, match="not a safetensors file"):
        read_tensors(content)


def test_tells_which_tensor_is_of_another_type_and_what_is_read() -> None:
    with pytest.raises(IntegrityError, match=r"'history' holds 'F64'; float32 \(F32\) and int64 \(I64\) are read"):
        read_tensors(save({"history": np.zeros(2)}))
