"""Reading a model's descriptions out of its archive, whatever somebody put in there."""

import io
import tarfile

import pytest

from geoclimate.domain.errors import ModelRejected
from geoclimate.services.open_artifact import open_artifact
from tests.model_archives import CONTRACT, archive, evaluation_json, tar
from tests.workflow_fakes import evaluation

SOUND = [("contract.json", CONTRACT.model_dump_json().encode()), ("evaluation.json", evaluation_json())]


def test_contract_and_evaluation_are_read() -> None:
    assert open_artifact(archive()) == (CONTRACT, evaluation())


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", archive()[:-40], archive()[:60]],
    ids=["empty", "no gzip", "cut at its end", "cut early"],
)
def test_an_archive_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(ModelRejected, match=r"model\.tar\.gz"):
        open_artifact(content)


@pytest.mark.parametrize("kept", [0, 1])
def test_a_missing_description_is_named(kept: int) -> None:
    with pytest.raises(ModelRejected, match=f"holds no {SOUND[1 - kept][0]} at its root"):
        open_artifact(tar([SOUND[kept]]))


def test_names_that_try_to_leave_the_archive_are_not_taken_for_descriptions() -> None:
    escaping = [("../contract.json", SOUND[0][1]), ("/contract.json", SOUND[0][1]), ("code/contract.json", b"{}")]
    with pytest.raises(ModelRejected, match=r"holds no contract\.json at its root"):
        open_artifact(tar([*escaping, SOUND[1]]))


def test_a_doubled_description_is_refused() -> None:
    with pytest.raises(ModelRejected, match=r"holds evaluation\.json twice"):
        open_artifact(tar([*SOUND, SOUND[1]]))


def test_a_description_that_is_a_link_is_refused() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive_file:
        link = tarfile.TarInfo("contract.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive_file.addfile(link)
    with pytest.raises(ModelRejected, match="not a plain file"):
        open_artifact(buffer.getvalue())


def test_a_description_that_is_far_too_large_is_refused() -> None:
    with pytest.raises(ModelRejected, match=r"contract\.json in model\.tar\.gz has 1048577 bytes"):
        open_artifact(tar([("contract.json", b" " * (1024 * 1024 + 1))]))


@pytest.mark.parametrize("body", [b"{}", b"[", b"\xff"])
@pytest.mark.parametrize("index", [0, 1])
def test_a_description_that_is_not_valid_is_named(index: int, body: bytes) -> None:
    members = [(name, body if at == index else sound) for at, (name, sound) in enumerate(SOUND)]
    with pytest.raises(ModelRejected, match=f"{SOUND[index][0]} in model.tar.gz is not valid"):
        open_artifact(tar(members))
