"""A ZIP archive of one file is read like the file itself; every other archive is refused with what to do."""

import io
import struct
import zipfile
from collections.abc import Mapping

import pytest

from geoclimate.domain.errors import UnreadableFile
from geoclimate.services import spool_upload as module
from geoclimate.services.spool_upload import checked_content, spool_upload

TEXT = "".join(f"line {n * 7919 % 10007} µ\n" for n in range(5000))


def archive(files: Mapping[str, str], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
        packed.comment = comment
    return out.getvalue()


def read(content: bytes) -> bytes:
    with spool_upload(io.BytesIO(content)) as spooled, checked_content(spooled) as found:
        return found.read()


def refusal(content: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    return refused.value


@pytest.mark.parametrize(
    "content",
    [
        archive({"hourly_88101_2019.csv": TEXT}),
        archive({"a.csv": TEXT}, zipfile.ZIP_STORED),
        archive({"a.csv": TEXT}, comment=b"packed by hand"),
        archive({"folder/": "", "folder/a.csv": TEXT, "__MACOSX/folder/._a.csv": "\0"}),
        archive({"../../etc/passwd": TEXT}),
    ],
    ids=["deflated", "stored", "with a comment", "by a Macintosh", "with a path that is never used"],
)
def test_reads_the_one_file_of_an_archive(content: bytes) -> None:
    assert read(content) == TEXT.encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (archive({}), "has 0 files"),
        (archive({"a.csv": TEXT, "b.csv": TEXT}), "has 2 files: upload each file by itself"),
        (
            archive({"xl/workbook.xml": "", "xl/styles.xml": ""}),
            "the file is a spreadsheet: save its sheet as 'CSV UTF-8",
        ),
        (archive({f"{n}.csv": "" for n in range(2000)}), "too many files"),
        (archive({"a.csv": TEXT}, zipfile.ZIP_BZIP2), "packed by method 12: pack it with 'deflate'"),
        (archive({"a.csv": TEXT})[:-30], "ends too early"),
        (archive({"a.csv": TEXT})[:100], "ends too early"),
    ],
    ids=["empty", "two files", "spreadsheet", "many files", "bzip2", "cut at its end", "cut at its beginning"],
)
def test_refuses_an_archive_that_is_not_of_one_whole_file(content: bytes, message: str) -> None:
    error = refusal(content)
    assert error.rule == "zip"
    assert message in str(error)


def test_refuses_an_encrypted_file() -> None:
    content = bytearray(archive({"a.csv": TEXT}))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    assert "without a password" in str(refusal(bytes(content)))


def test_refuses_a_64_bit_list_of_members_without_reading_it() -> None:
    whole = archive({"a.csv": TEXT})
    place = whole.rfind(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    assert "too many files" in str(refusal(whole[:place] + locator + whole[place:]))


@pytest.mark.parametrize("place", [40, 200, 5000, -70, -10], ids=lambda place: f"flipped at {place}")
def test_refuses_an_archive_with_a_flipped_bit(place: int) -> None:
    content = bytearray(archive({"a.csv": TEXT}))
    content[place] ^= 0x10
    assert refusal(bytes(content)).rule == "zip"


def test_refuses_an_archive_that_unpacks_to_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TEXT_BYTES", 5 * 2**20)
    bomb = archive({"a.csv": "0\n" * (20 * 2**20)})
    assert len(bomb) < 2**16
    assert refusal(bomb).rule == "too-large"


def test_refuses_an_archive_of_an_empty_file() -> None:
    assert refusal(archive({"a.csv": ""})).rule == "empty"
