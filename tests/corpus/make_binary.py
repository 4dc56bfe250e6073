"""Makes the corpus's packed and other binary files, which no editor can write; run it to make them again.

Run `python -m tests.corpus.make_binary`. Compressed bytes depend on the version of zlib, and digests are no part of
what is expected, so making them anew may change bytes and no test.
"""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
HEADER: Final = "location_id,sensors_id,location,datetime,lat,lon,parameter,units,value\n"
ROWS: Final = tuple(
    f"501001,50100101,Aotizhongxin,2014-01-01T{hour:02}:00:00+08:00,39.982,116.397,pm25,µg/m³,{value}\n"
    for hour, value in ((1, 42.0), (2, 45.5), (3, 39.0))
)
TABLE: Final = (HEADER + "".join(ROWS)).encode()
_ENCRYPTED_FLAG: Final = 1
_LOCAL_FLAGS_AT: Final = 6
_DIRECTORY_FLAGS_AT: Final = 8
_DIRECTORY_SIZE_AT: Final = 24
_DIRECTORY_CRC_AT: Final = 16


def main() -> None:
    """Write every file."""
    for name, make in FILES.items():
        file = FOLDER / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(make())


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _changed(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 0xFF
    return bytes(changed)


def _zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def _directory(archive: bytes) -> int:
    return archive.index(b"PK\x01\x02")


def _encrypted() -> bytes:
    archive = bytearray(_zip(("january.csv", TABLE)))
    archive[_LOCAL_FLAGS_AT] |= _ENCRYPTED_FLAG
    archive[_directory(bytes(archive)) + _DIRECTORY_FLAGS_AT] |= _ENCRYPTED_FLAG
    return bytes(archive)


def _lying_size() -> bytes:
    archive = bytearray(_zip(("january.csv", TABLE)))
    struct.pack_into("<L", archive, _directory(bytes(archive)) + _DIRECTORY_SIZE_AT, len(HEADER))
    return bytes(archive)


def _wrong_checksum() -> bytes:
    archive = _zip(("january.csv", TABLE))
    return _changed(archive, _directory(archive) + _DIRECTORY_CRC_AT)


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("january.csv")
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("january.csv")
        member.size = len(TABLE)
        archive.addfile(member, io.BytesIO(TABLE))
    return _gzip(out.getvalue())


def _workbook() -> bytes:
    return _zip(
        ("[Content_Types].xml", b'<?xml version="1.0"?><Types/>'),
        ("xl/workbook.xml", b'<?xml version="1.0"?><workbook/>'),
        ("xl/worksheets/sheet1.xml", b'<?xml version="1.0"?><worksheet/>'),
    )


FILES: Final[dict[str, Callable[[], bytes]]] = {
    "packing/good.csv.gz": lambda: _gzip(TABLE),
    "packing/truncated.csv.gz": lambda: _gzip(TABLE)[:-40],
    "packing/truncated-in-the-trailer.csv.gz": lambda: _gzip(TABLE)[:-3],
    "packing/truncated-in-the-header.csv.gz": lambda: _gzip(TABLE)[:6],
    "packing/wrong-checksum.csv.gz": lambda: _changed(_gzip(TABLE), -6),
    "packing/damaged-block.csv.gz": lambda: _changed(_gzip(TABLE), 40),
    "packing/two-members.csv.gz": lambda: _gzip(TABLE[:200]) + _gzip(TABLE[200:]),
    "packing/two-files-put-together.csv.gz": lambda: (
        _gzip((HEADER + ROWS[0]).encode()) + _gzip((HEADER + ROWS[1] + ROWS[2]).encode())
    ),
    "packing/second-member-truncated.csv.gz": lambda: _gzip((HEADER + ROWS[0]).encode()) + _gzip(ROWS[1].encode())[:-9],
    "packing/padded-with-zeros.csv.gz": lambda: _gzip(TABLE) + bytes(512),
    "packing/garbage-behind.csv.gz": lambda: _gzip(TABLE) + b"--boundary-7f3a--\r\n",
    "packing/packed-twice.csv.gz": lambda: _gzip(_gzip(TABLE)),
    "packing/nothing-packed.csv.gz": lambda: _gzip(b""),
    "packing/plain-named.csv.gz": lambda: TABLE,
    "packing/gzip-named.txt": lambda: _gzip(TABLE),
    "packing/zip-named.csv": lambda: _zip(("january.csv", TABLE)),
    "packing/no-name-at-all": lambda: TABLE,
    "packing/bomb.csv.gz": lambda: _gzip(b"1" * 2**25),
    "packing/tar.csv.gz": _tar,
    "packing/xz.csv.xz": lambda: lzma.compress(TABLE),
    "packing/bzip2.csv.bz2": lambda: bz2.compress(TABLE),
    "packing/good.zip": lambda: _zip(("january.csv", TABLE)),
    "packing/bomb.zip": lambda: _zip(("january.csv", b"1" * 2**25)),
    "packing/zip-in-a-zip.zip": lambda: _zip(("january.zip", _zip(("january.csv", TABLE)))),
    "packing/path-out-of-the-folder.zip": lambda: _zip(("../../etc/cron.d/january.csv", TABLE)),
    "packing/absolute-path.zip": lambda: _zip(("/etc/passwd", TABLE)),
    "packing/link.zip": _link,
    "packing/two-members.zip": lambda: _zip(("january.csv", TABLE), ("february.csv", TABLE)),
    "packing/folder-and-file.zip": lambda: _zip(("2014/", b""), ("2014/january.csv", TABLE)),
    "packing/of-a-macintosh.zip": lambda: _zip(("january.csv", TABLE), ("__MACOSX/._january.csv", b"\0\5\x16\7")),
    "packing/empty.zip": _zip,
    "packing/truncated.zip": lambda: _zip(("january.csv", TABLE))[:-60],
    "packing/encrypted.zip": _encrypted,
    "packing/method-bzip2.zip": lambda: _zip(("january.csv", TABLE), method=zipfile.ZIP_BZIP2),
    "packing/wrong-checksum.zip": _wrong_checksum,
    "packing/lying-about-its-size.zip": _lying_size,
    "packing/begins-like-a-zip.csv": lambda: b"PK\x03\x04" + TABLE,
    "other-documents/workbook.csv": _workbook,
    "other-documents/photograph.csv": lambda: (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">L4sLLBBBBB", 13, b"IHDR", 1, 1, 8, 2, 0, 0, 0)
    ),
}


if __name__ == "__main__":
    main()
