"""Archives are packed whole and unpacked without trust."""

import io
import tarfile
from pathlib import Path

import pytest

from local.sagemaker_standin import archives
from local.sagemaker_standin.errors import ArchiveError


def write(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def test_what_was_packed_comes_out(tmp_path: Path) -> None:
    source = tmp_path / "model"
    (source / "code").mkdir(parents=True)
    (source / "code" / "inference.py").write_text("pass")
    (source / "weights").write_bytes(b"\0\1")
    (source / "run").write_text("#!")
    (source / "run").chmod(0o755)
    archives.pack([source], tmp_path / "model.tar.gz")
    archives.unpack(tmp_path / "model.tar.gz", tmp_path / "out")
    assert (tmp_path / "out" / "code" / "inference.py").read_text() == "pass"
    assert (tmp_path / "out" / "weights").read_bytes() == b"\0\1"
    assert (tmp_path / "out" / "run").stat().st_mode & 0o100


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil"])
def test_refuses_a_member_outside_the_root(tmp_path: Path, name: str) -> None:
    archive = write(tmp_path / "a.tar.gz", (tarfile.TarInfo("first"), b"x"), (tarfile.TarInfo(name), b"x"))
    with pytest.raises(ArchiveError, match="lies outside"):
        archives.unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_refuses_links_and_devices(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("odd")
    member.type, member.linkname = kind, "target"
    with pytest.raises(ArchiveError, match="link or a device"):
        archives.unpack(write(tmp_path / "a.tar.gz", (member, b"")), tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08\0"])
def test_refuses_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tar.gz").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"a\.tar\.gz is not a readable tar\.gz"):
        archives.unpack(tmp_path / "a.tar.gz", tmp_path / "out")


def test_refuses_a_truncated_archive(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.tar.gz", (tarfile.TarInfo("weights"), bytes(range(256)) * 400))
    whole.write_bytes(whole.read_bytes()[:-60])
    with pytest.raises(ArchiveError):
        archives.unpack(whole, tmp_path / "out")
