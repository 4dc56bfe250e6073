"""The one file in a ZIP archive, read as a stream: nothing of an archive is ever written under a name of its own."""

import struct
import zipfile
from typing import BinaryIO, Final

from geoclimate.domain.errors import UnreadableFile

MAGICS: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""What an archive begins with; the second one is an archive of nothing."""
ZIP_RULE: Final = "zip"
MOST_DIRECTORY_BYTES: Final = 2**16
"""Of the list of members, which `zipfile` reads whole: an archive of one file needs about a hundred bytes."""
_TAKEN_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1
_MAC_METADATA: Final = "__MACOSX/"

# PKWARE's APPNOTE.TXT 4.3.16: the record at the end of an archive, a comment of up to 65,535 bytes behind it; and
# 4.3.15: the locator of the 64-bit record, which would lie right before it.
_END: Final = struct.Struct("<4s4H2LH")
_END_MAGIC: Final = b"PK\x05\x06"
_LOCATOR_MAGIC: Final = b"PK\x06\x07"
_LOCATOR_BYTES: Final = 20
_SPREADSHEET: Final = "xl/workbook.xml"
"""A member that every Excel workbook has; such a file is a ZIP archive."""
_LONGEST_COMMENT: Final = 65_535


def open_member(content: BinaryIO) -> zipfile.ZipExtFile:
    """The unpacked bytes of the only file in an archive; what a Macintosh adds about it is passed over.

    Raises:
        UnreadableFile: `zip`: the archive is cut off or damaged, has no file or several, or is encrypted.
    """
    _refuse_long_directory(content)
    try:
        archive = zipfile.ZipFile(content)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise damaged(error) from None
    files = [
        member for member in archive.infolist() if not (member.is_dir() or member.filename.startswith(_MAC_METADATA))
    ]
    if any(member.filename == _SPREADSHEET for member in files):
        message = "the file is a spreadsheet: save its sheet as 'CSV UTF-8 (comma delimited)' and upload that"
        raise UnreadableFile(ZIP_RULE, message)
    if len(files) != 1:
        message = (
            f"the ZIP archive has {len(files)} files: upload each file by itself, as it is or in an archive of one"
        )
        raise UnreadableFile(ZIP_RULE, message)
    [member] = files
    if member.flag_bits & _ENCRYPTED:
        raise UnreadableFile(ZIP_RULE, "the file in the ZIP archive is encrypted: upload it without a password")
    if member.compress_type not in _TAKEN_METHODS:
        message = f"the ZIP archive is packed by method {member.compress_type}: pack it with 'deflate', the usual one"
        raise UnreadableFile(ZIP_RULE, message)
    try:
        # mypy knows the result as IO[bytes]; in mode "r" it is this class.
        opened = archive.open(member)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise damaged(error) from None
    if not isinstance(opened, zipfile.ZipExtFile):
        raise TypeError(f"zipfile opened a member as {type(opened).__name__}")
    return opened


def damaged(error: Exception) -> UnreadableFile:
    """The error that says of an archive what `zipfile` found wrong with it."""
    return UnreadableFile(ZIP_RULE, f"the ZIP archive is damaged ({error}): pack and upload it again")


def _refuse_long_directory(content: BinaryIO) -> None:
    size = content.seek(0, 2)
    tail_bytes = min(size, _END.size + _LONGEST_COMMENT + _LOCATOR_BYTES)
    content.seek(size - tail_bytes)
    tail = content.read(tail_bytes)
    content.seek(0)
    place = tail.rfind(_END_MAGIC)
    if place < 0 or len(tail) - place < _END.size:
        raise UnreadableFile(ZIP_RULE, "the ZIP archive ends too early: upload it whole")
    directory_bytes = _END.unpack_from(tail, place)[5]
    if directory_bytes > MOST_DIRECTORY_BYTES or tail[max(0, place - _LOCATOR_BYTES) :].startswith(_LOCATOR_MAGIC):
        raise UnreadableFile(ZIP_RULE, "the ZIP archive has too many files: upload each file by itself")
