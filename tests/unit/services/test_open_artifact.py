"""Reading a model's descriptions out of its archive, whatever somebody put in there."""

import contextlib
import gzip
import hashlib
import io
import tarfile
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import ModelRejected
from geoclimate.services.open_artifact import Artifact, open_artifact
from tests.model_archives import CONTRACT, KEPT, archive, card_json, evaluation_json, tar
from tests.workflow_fakes import evaluation

SOUND = [
    ("contract.json", CONTRACT.model_dump_json().encode()),
    ("evaluation.json", evaluation_json()),
    ("card.json", card_json()),
]
MIB = 1024 * 1024


def _open(content: bytes) -> Artifact:
    return open_artifact(io.BytesIO(content))


def test_descriptions_and_digest_are_read() -> None:
    content = archive()
    found = _open(content)
    assert (found.contract, found.evaluation) == (CONTRACT, evaluation())
    assert (found.card.version, found.card.parity["int8"]) == ("v2", 0.25)
    assert found.digest == hashlib.sha256(content).hexdigest()


def test_what_is_kept_beside_the_archive_is_given_and_nothing_else() -> None:
    assert _open(archive()).files == KEPT


def test_the_digest_covers_what_follows_the_last_file() -> None:
    content = archive() + b"\0" * 300_000
    assert _open(content).digest == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", archive()[:-40], archive()[:60], gzip.compress(b"no tar"), gzip.compress(b"x" * 5000)],
    ids=["empty", "no gzip", "cut at its end", "cut early", "no tar", "no tar either"],
)
def test_an_archive_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(ModelRejected, match=r"model\.tar\.gz"):
        _open(content)


@given(st.data())
def test_a_spoiled_archive_is_refused_or_read_but_never_anything_else(data: st.DataObject) -> None:
    content = bytearray(gzip.decompress(archive()))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ModelRejected):
        _open(gzip.compress(bytes(content), compresslevel=1))


@pytest.mark.parametrize("missing", range(3))
def test_a_missing_description_is_named(missing: int) -> None:
    with pytest.raises(ModelRejected, match=f"holds no {SOUND[missing][0]} at its root"):
        _open(tar([each for each in SOUND if each != SOUND[missing]]))


def test_names_that_try_to_leave_the_archive_are_not_taken_for_descriptions() -> None:
    escaping = [("../contract.json", SOUND[0][1]), ("/contract.json", SOUND[0][1]), ("code/contract.json", b"{}")]
    with pytest.raises(ModelRejected, match=r"holds no contract\.json at its root"):
        _open(tar([*escaping, *SOUND[1:]]))


@pytest.mark.parametrize(
    "name", ["plots/../../x.svg", "/plots/x.svg", "plots/x.svg.html", "plots/a/b.svg", "Plots/x.svg", "plots/.svg"]
)
def test_names_that_are_no_plots_are_passed_over(name: str) -> None:
    assert _open(tar([*SOUND, (name, b"<svg/>")])).files == {}


def test_a_doubled_description_is_refused() -> None:
    with pytest.raises(ModelRejected, match=r"holds evaluation\.json twice"):
        _open(tar([*SOUND, SOUND[1]]))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
@pytest.mark.parametrize("name", ["contract.json", "light.onnx"])
def test_a_file_that_is_a_link_or_a_device_is_refused(kind: bytes, name: str) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive_file:
        link = tarfile.TarInfo(name)
        link.type, link.linkname = kind, "/etc/passwd"
        archive_file.addfile(link)
    with pytest.raises(ModelRejected, match="not a plain file"):
        _open(buffer.getvalue())


@pytest.mark.parametrize(
    ("name", "limit"),
    [("contract.json", MIB), ("evaluation.json", MIB // 4), ("card.md", MIB), ("plots/x.png", 2 * MIB)],
)
def test_a_file_that_is_far_too_large_is_refused(name: str, limit: int) -> None:
    with pytest.raises(ModelRejected, match=rf"{name} in model\.tar\.gz has {limit + 1} bytes"):
        _open(tar([(name, b" " * (limit + 1))]))


def test_too_many_plots_are_refused() -> None:
    with pytest.raises(ModelRejected, match="more than 24 plots"):
        _open(tar([*SOUND, *((f"plots/{number}.svg", b"") for number in range(25))]))


def test_too_many_files_are_refused() -> None:
    with pytest.raises(ModelRejected, match="more than 4096 files"):
        _open(tar([(f"code/{number}.py", b"") for number in range(4097)]))


def _header(kind: bytes, size: int, body: bytes = b"") -> bytes:
    member = tarfile.TarInfo("x")
    member.type, member.size = kind, size
    return member.tobuf(tarfile.GNU_FORMAT) + body


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_would_fill_the_memory_is_refused(kind: bytes) -> None:
    content = gzip.compress(_header(kind, 200 * MIB, b"\0" * (200 * MIB)), compresslevel=1)
    tracemalloc.start()
    with pytest.raises(ModelRejected, match="has a header of 209715200 bytes"):
        _open(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 * MIB


def test_a_chain_of_headers_is_refused() -> None:
    chain = b"".join(_header(tarfile.GNUTYPE_LONGNAME, 512, b"a" * 512) for _ in range(5_000))
    with pytest.raises(ModelRejected, match="cannot be read"):
        _open(gzip.compress(chain))


def test_a_file_of_negative_size_is_refused() -> None:
    header = bytearray(_header(tarfile.REGTYPE, 0))
    header[124:136] = b"\xff" * 11 + b"\x00"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(ModelRejected, match=r"model\.tar\.gz"):
        _open(gzip.compress(bytes(header)))


@pytest.mark.parametrize("body", [b"{}", b"[", b"\xff"])
@pytest.mark.parametrize("index", range(3))
def test_a_description_that_is_not_valid_is_named(index: int, body: bytes) -> None:
    members = [(name, body if at == index else sound) for at, (name, sound) in enumerate(SOUND)]
    with pytest.raises(ModelRejected, match=f"{SOUND[index][0]} in model.tar.gz is not valid"):
        _open(tar(members))


def test_a_parity_that_is_no_number_is_refused() -> None:
    card = card_json(parity={"int8": float("nan")})
    with pytest.raises(ModelRejected, match=r"card\.json in model\.tar\.gz is not valid"):
        _open(tar([*SOUND[:2], ("card.json", card)]))
