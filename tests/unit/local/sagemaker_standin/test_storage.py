"""Channels bring the objects that S3 lists, under the names that a script expects."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.sagemaker_standin import storage
from local.sagemaker_standin.errors import JobError


class FakeS3:
    """Objects in one bucket."""

    def __init__(self, **objects: str) -> None:
        self.objects = objects

    def get_paginator(self, _operation: str) -> "FakeS3":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803  # boto3's names
        assert Bucket == "b"
        keys = [key for key in self.objects if key.startswith(Prefix)]
        return [{"Contents": [{"Key": key}]} for key in keys] or [{}]

    def download_file(self, _bucket: str, key: str, path: str) -> None:
        if key not in self.objects:
            raise ClientError({"Error": {"Code": "404", "Message": "Not Found"}}, "GetObject")
        Path(path).write_text(self.objects[key])


def channel(uri: str, kind: str = "S3Prefix") -> dict[str, Any]:
    return {"DataSource": {"S3DataSource": {"S3DataType": kind, "S3Uri": uri}}}


def fetched(s3: FakeS3, source: dict[str, Any], directory: Path) -> dict[str, str]:
    storage.fetch_channel(s3, source, directory, "arn:role")
    return {str(path.relative_to(directory)): path.read_text() for path in directory.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("data/train", {"a.csv": "1", "2/b.csv": "2", "training.csv": "3"}),
        ("data/train/", {"a.csv": "1", "2/b.csv": "2"}),
        ("data/train/a.csv", {"a.csv": "1"}),
    ],
)
def test_objects_keep_their_names_below_the_prefix(tmp_path: Path, prefix: str, expected: dict[str, str]) -> None:
    objects = {"data/train/a.csv": "1", "data/train/2/b.csv": "2", "data/training.csv": "3", "data/train/": ""}
    assert fetched(FakeS3(**objects), channel(f"s3://b/{prefix}"), tmp_path / "train") == expected


def test_whole_bucket_keeps_its_keys(tmp_path: Path) -> None:
    assert fetched(FakeS3(**{"x/y.csv": "1"}), channel("s3://b"), tmp_path / "all") == {"x/y.csv": "1"}


def test_manifest_brings_what_it_lists(tmp_path: Path) -> None:
    s3 = FakeS3(**{"m.json": '[{"prefix": "s3://b/d/"}, "x.csv"]', "d/x.csv": "1", "d/y.csv": "2"})
    assert fetched(s3, channel("s3://b/m.json", "ManifestFile"), tmp_path / "train") == {"x.csv": "1"}


@pytest.mark.parametrize("manifest", ["", "{}", "[]", '["a"]'])
def test_refuses_a_manifest_that_is_none(tmp_path: Path, manifest: str) -> None:
    with pytest.raises(JobError, match=r"s3://b/m\.json is not a manifest"):
        fetched(FakeS3(**{"m.json": manifest}), channel("s3://b/m.json", "ManifestFile"), tmp_path / "train")


def test_refuses_an_empty_prefix_in_sagemakers_words(tmp_path: Path) -> None:
    with pytest.raises(JobError, match=r'ClientError: No S3 objects found under S3 URL "s3://b/none"'):
        fetched(FakeS3(), channel("s3://b/none"), tmp_path / "train")


def test_refuses_a_key_that_leaves_the_folder(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="outside its channel's folder"):
        fetched(FakeS3(**{"d/../../x": "1"}), channel("s3://b/d"), tmp_path / "train")


@pytest.mark.parametrize("uri", ["", "b/key", "https://b/key", "s3://"])
def test_refuses_what_is_no_s3_uri(uri: str) -> None:
    with pytest.raises(JobError, match="is not an S3 URI"):
        storage.split_uri(uri)
