import gzip
import io
import tarfile
from pathlib import Path

import pytest

from geoclimate.domain.errors import IntegrityError, UnreadableFile
from geoclimate_ml import member_archive
from geoclimate_ml.member_archive import unpack_channel


def file(name: str, content: bytes = b"x") -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    return member, content


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


@pytest.fixture
def channel(tmp_path: Path) -> Path:
    folder = tmp_path / "gru"
    folder.mkdir()
    return folder


def pack(channel: Path, *members: tuple[tarfile.TarInfo, bytes], below: str = "job-1/output") -> Path:
    path = channel / below / "model.tar.gz"
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz") as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    return path


def test_unpacks_the_one_archive_wherever_it_lies_below_the_channel(channel: Path, tmp_path: Path) -> None:
    pack(channel, file("card.json", b"{}"), file("members/gru.json", b"[]"))
    into = unpack_channel(channel, tmp_path / "into")
    assert (into / "card.json").read_bytes() == b"{}"
    assert (into / "members" / "gru.json").read_bytes() == b"[]"


@pytest.mark.parametrize("count", [0, 2])
def test_refuses_a_channel_without_exactly_one_archive(channel: Path, tmp_path: Path, count: int) -> None:
    for number in range(count):
        pack(channel, file("a"), below=f"job-{number}")
    with pytest.raises(UnreadableFile, match=rf"holds {count} files model\.tar\.gz, not one"):
        unpack_channel(channel, tmp_path / "into")


@pytest.mark.parametrize(
    "hostile",
    [
        file("../outside"),
        file("a/../../outside"),
        special("outside", tarfile.SYMTYPE, "/etc/passwd"),
        special("outside", tarfile.SYMTYPE, "../outside"),
        special("outside", tarfile.LNKTYPE, "../outside"),
        special("inside", tarfile.SYMTYPE, "card.json"),
        special("inside", tarfile.LNKTYPE, "card.json"),
        special("pipe", tarfile.FIFOTYPE),
        special("device", tarfile.CHRTYPE),
    ],
    ids=["up", "up again", "absolute link", "link up", "hard link up", "link", "hard link", "pipe", "device"],
)
def test_refuses_what_is_no_plain_file_in_its_folder(
    channel: Path, tmp_path: Path, hostile: tuple[tarfile.TarInfo, bytes]
) -> None:
    pack(channel, file("card.json"), hostile)
    with pytest.raises(IntegrityError, match="of the channel gru"):
        unpack_channel(channel, tmp_path / "into")
    assert sorted(path.name for path in (tmp_path / "into").iterdir()) == ["card.json"]
    assert not (tmp_path / "outside").exists()


def test_an_absolute_name_stays_in_the_folder(channel: Path, tmp_path: Path) -> None:
    pack(channel, file(f"{tmp_path}/outside"))
    unpack_channel(channel, tmp_path / "into")
    assert not (tmp_path / "outside").exists()


def test_refuses_too_many_files(channel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_archive, "_MOST_FILES", 3)
    pack(channel, *[file(f"{number}") for number in range(4)])
    with pytest.raises(IntegrityError, match="holds too much"):
        unpack_channel(channel, tmp_path / "into")


def test_refuses_more_bytes_than_a_model_has_before_it_writes_them(
    channel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_archive, "_MOST_BYTES", 1000)
    pack(channel, file("small", b"x" * 400), file("bomb", bytes(700)))
    with pytest.raises(IntegrityError, match="holds too much"):
        unpack_channel(channel, tmp_path / "into")
    assert not (tmp_path / "into" / "bomb").exists()


@pytest.mark.parametrize("content", [b"", b"noise" * 50, gzip.compress(b"noise" * 200)], ids=["empty", "noise", "gzip"])
def test_refuses_what_is_no_archive(channel: Path, tmp_path: Path, content: bytes) -> None:
    pack(channel, file("a")).write_bytes(content)
    with pytest.raises(IntegrityError, match=r"model\.tar\.gz of the channel gru cannot be unpacked"):
        unpack_channel(channel, tmp_path / "into")


def test_refuses_an_archive_that_was_cut_short(channel: Path, tmp_path: Path) -> None:
    path = pack(channel, file("a", bytes(range(256)) * 2000))
    path.write_bytes(path.read_bytes()[:-600])
    with pytest.raises(IntegrityError, match="cannot be unpacked"):
        unpack_channel(channel, tmp_path / "into")
