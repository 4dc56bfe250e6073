"""An upload is checked to its last byte before anything of it is used."""

import gzip
import hashlib
import io
import zipfile

import pytest

from geoclimate.domain.errors import UnreadableFile
from geoclimate.services import spool_upload as module
from geoclimate.services.spool_upload import checked_content, spool_upload

TEXT = "first line\nsecond line with µg/m³\n"


def read(content: bytes) -> bytes:
    with spool_upload(io.BytesIO(content)) as spooled, checked_content(spooled) as found:
        return found.read()


def refusal(content: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    return refused.value


def test_gives_digest_and_size_of_the_bytes() -> None:
    with spool_upload(io.BytesIO(b"abc" * 10**6)) as spooled:
        assert spooled.digest == hashlib.sha256(b"abc" * 10**6).hexdigest()
        assert spooled.size == 3 * 10**6
        assert spooled.content.read(6) == b"abcabc"


@pytest.mark.parametrize("text", [TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.replace("\n", "\r\n").encode()])
def test_gives_the_bytes_of_the_text_however_it_is_packed(text: bytes) -> None:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("hourly.csv", text)
    for content in (text, gzip.compress(text), gzip.compress(text[:5]) + gzip.compress(text[5:]), zipped.getvalue()):
        assert read(content) == text


def test_a_large_text_comes_out_whole() -> None:
    large = "".join(f"line {n} µ\n" for n in range(300_000)).encode()
    assert read(large) == read(gzip.compress(large, 1)) == large


def test_a_character_may_lie_across_the_pieces_that_are_read() -> None:
    for before in range(2**20 - 4, 2**20 + 1):
        text = b"x\n" * (before // 2) + b"x" * (before % 2) + "😀\n".encode() + b"y\n" * 2**19
        assert read(text) == text
        error = refusal(text + b"\xf0")
        assert (error.rule, error.line) == ("encoding", text.count(b"\n") + 1)


def test_may_be_read_again() -> None:
    with spool_upload(io.BytesIO(TEXT.encode())) as spooled:
        for _ in range(2):
            with checked_content(spooled) as found:
                assert found.read() == TEXT.encode()


@pytest.mark.parametrize("cut", [3, 12, 100, 1000, -9, -1], ids=lambda cut: f"cut at {cut}")
def test_refuses_a_gzip_file_that_was_cut_anywhere(cut: int) -> None:
    whole = gzip.compress("".join(f"{n * 7919 % 10007}\n" for n in range(5000)).encode())
    assert refusal(whole[:cut]).rule == "gzip"


def test_says_how_to_mend_a_gzip_file_that_was_cut() -> None:
    assert str(refusal(gzip.compress(TEXT.encode())[:-1])) == "the gzip file ends too early: upload it whole"


@pytest.mark.parametrize("place", [20, 200, -6, -2], ids=lambda place: f"flipped at {place}")
def test_refuses_a_gzip_file_with_a_flipped_bit(place: int) -> None:
    content = bytearray(gzip.compress("".join(f"{n * 7919 % 10007}\n" for n in range(5000)).encode()))
    content[place] ^= 0x10
    assert refusal(bytes(content)).rule == "gzip"


def test_refuses_what_follows_the_end_of_a_gzip_file() -> None:
    error = refusal(gzip.compress(TEXT.encode()) + b"more")
    assert (error.rule, "pack and upload it again" in str(error)) == ("gzip", True)


@pytest.mark.parametrize("content", [b"", gzip.compress(b"")], ids=["plain", "gzip"])
def test_refuses_an_empty_file(content: bytes) -> None:
    assert refusal(content).rule == "empty"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"one\ntwo \xb5g\n", 2),
        ("ein µ\n".encode("utf-16"), 1),
        (b"one\n" * 400_000 + b"\xff\n", 400_001),
        (b"one\n\xc2", 2),
        (gzip.compress(b"one\n" * 400_000 + b"two\n\xffx\n"), 400_002),
    ],
    ids=["Latin-1", "UTF-16", "late", "cut inside a character", "late in a gzip file"],
)
def test_refuses_what_is_not_utf_8_and_names_the_line(content: bytes, line: int) -> None:
    error = refusal(content)
    assert (error.rule, error.line) == ("encoding", line)


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_says_of_utf_16_what_it_is(name: str) -> None:
    error = refusal("\ufeffeins,zwei\n".encode(name))
    assert (error.rule, error.line) == ("encoding", 1)
    assert str(error).startswith("the text is UTF-16: save it as UTF-8")


def test_says_that_a_file_is_packed_twice() -> None:
    error = refusal(gzip.compress(gzip.compress(TEXT.encode())))
    assert (error.rule, str(error)) == ("encoding", "the file is packed twice: unpack it once and upload it again")


def test_says_of_packed_parquet_that_it_is_taken_as_it_is() -> None:
    error = refusal(gzip.compress(b"PAR1\x15\x04\x15\xb0"))
    assert (error.rule, error.line) == ("encoding", 1)
    assert str(error).endswith("unpack it and upload it as it is")


def test_refuses_a_nul_byte_and_names_the_line() -> None:
    error = refusal(gzip.compress(b"one\ntwo\nthr\0ee\n"))
    assert (error.rule, error.line) == ("nul", 3)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_names_the_line_by_whatever_lines_end_with(end: bytes) -> None:
    lines = [b"x" * 10] * 300_000
    for before in (1, 2, 299_999):
        error = refusal(end.join([*lines[:before], b"\xff", *lines[before:]]))
        assert (error.rule, error.line) == ("encoding", before + 1)
    assert refusal(end.join([b"one", b"two", b"\0", b"four"])).line == 3


def test_refuses_a_text_without_line_breaks_at_once() -> None:
    error = refusal(gzip.compress(b"x" * (3 * 2**20))[:-8])
    assert (error.rule, error.line) == ("header", 1)


def test_refuses_a_file_that_unpacks_to_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TEXT_BYTES", 5 * 2**20)
    bomb = gzip.compress(b"0\n" * (20 * 2**20))
    assert len(bomb) < 2**16
    assert refusal(bomb).rule == "too-large"


def test_refuses_a_file_of_more_lines_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LINES", 2**20)
    assert len(read(gzip.compress(b"\n" * 2**20))) == 2**20
    for end in (b"\n", b"\r", b"\r\n"):
        assert refusal(gzip.compress(end * (2**20 + 1))).rule == "too-large"


def test_refuses_an_upload_over_the_limit_without_reading_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UPLOAD_BYTES", 2**20)
    stream = io.BytesIO(b"x" * (10 * 2**20))
    with pytest.raises(UnreadableFile) as refused, spool_upload(stream):
        pass
    assert refused.value.rule == "too-large"
    assert stream.tell() <= 2 * 2**20
