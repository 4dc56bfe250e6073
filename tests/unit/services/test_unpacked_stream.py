"""A gzip stream that cannot fill the memory or run for ever."""

import gzip
import hashlib
import io

import pytest

from geoclimate.domain.errors import ModelRejected
from geoclimate.services.unpacked_stream import DigestedStream, UnpackedStream

CONTENT = bytes(range(256)) * 1_000


def _unpacked(content: bytes = CONTENT, limit: int = 10**6) -> UnpackedStream:
    return UnpackedStream(DigestedStream(io.BytesIO(gzip.compress(content))), limit)


def test_it_reads_and_goes_forward() -> None:
    stream = _unpacked()
    assert stream.read(3) == CONTENT[:3]
    assert stream.seek(200_000) == stream.tell() == 200_000
    assert stream.read(4) == CONTENT[200_000:200_004]


def test_it_never_goes_back() -> None:
    stream = _unpacked()
    stream.read(10)
    with pytest.raises(ModelRejected, match="a header that points back"):
        stream.seek(9)


def test_it_does_not_go_beyond_its_end() -> None:
    with pytest.raises(ModelRejected, match="it ends inside a file"):
        _unpacked().seek(len(CONTENT) + 1)


@pytest.mark.parametrize("size", [-1, 1024 * 1024 + 1])
def test_it_gives_no_more_than_a_mebibyte_at_once(size: int) -> None:
    with pytest.raises(ModelRejected, match=f"a header of {size} bytes"):
        _unpacked().read(size)


def test_it_unpacks_no_more_than_its_limit() -> None:
    with pytest.raises(ModelRejected, match="unpacks to more than 100000 bytes"):
        _unpacked(limit=100_000).check_rest()


def test_a_wrong_checksum_is_noticed_at_the_end() -> None:
    spoiled = bytearray(gzip.compress(CONTENT))
    spoiled[-8] ^= 1
    stream = UnpackedStream(DigestedStream(io.BytesIO(bytes(spoiled))), 10**6)
    with pytest.raises(OSError, match="CRC check failed"):
        stream.check_rest()


def test_the_digest_is_of_the_whole_stream_however_much_was_read() -> None:
    stream = DigestedStream(io.BytesIO(CONTENT))
    stream.read(100)
    assert stream.digest() == hashlib.sha256(CONTENT).hexdigest()
