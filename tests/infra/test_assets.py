"""What is staged for publishing: the same sources give the same bytes and the same names."""

import os
import sys
import tarfile
from pathlib import Path

import pytest

from cdk.assets import ROOT, stage_function_code, stage_training_source

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


LOCK = "".join(
    f"{name}==1.0\n" for name in ("lightgbm", "matplotlib", "onnx", "onnxruntime", "optuna", "pydantic", "safetensors")
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small source tree of the platform's shape."""
    for path, text in {
        "functions/__init__.py": "",
        "functions/api/__init__.py": "",
        "functions/api/handler.py": "VALUE = 1\n",
        "functions/other/handler.py": "",
        "shared/geoclimate/__init__.py": "",
        "shared/geoclimate/py.typed": "",
        "shared/geoclimate/domain/units.py": "",
        "shared/geoclimate/features/inputs.py": "",
        "shared/geoclimate/contracts/model.py": "",
        "shared/geoclimate/adapters/s3.py": "import boto3\n",
        "shared/geoclimate/borders/country_at.py": "",
        "shared/geoclimate/borders/borders.npz": "",
        "functions/ingest/handler.py": "",
        "sagemaker/train.py": "print('train')\n",
        "requirements.lock": LOCK,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_function_s_code_is_its_folder_and_the_shared_package(tree: Path) -> None:
    staged = stage_function_code("api", "3.99", tree)
    assert names_in(staged.path) == {
        "functions/__init__.py",
        "functions/api/__init__.py",
        "functions/api/handler.py",
        "geoclimate/__init__.py",
        "geoclimate/py.typed",
        "geoclimate/domain/units.py",
        "geoclimate/features/inputs.py",
        "geoclimate/contracts/model.py",
        "geoclimate/adapters/s3.py",
    }


def test_the_borders_of_the_world_go_only_to_what_registers_stations(tree: Path) -> None:
    borders = {"geoclimate/borders/country_at.py", "geoclimate/borders/borders.npz"}
    assert borders <= names_in(stage_function_code("ingest", "3.99", tree).path)
    assert not borders & names_in(stage_function_code("api", "3.99", tree).path)
    before = stage_function_code("api", "3.99", tree)
    (tree / "shared/geoclimate/borders/borders.npz").write_text("other")
    assert stage_function_code("api", "3.99", tree) == before


def test_what_imports_the_borders_is_given_them() -> None:
    """The wiring of ingest, which two functions share, is all that imports them."""
    importing = {
        path.relative_to(ROOT).as_posix()
        for folder in ("shared", "functions")
        for path in (ROOT / folder).rglob("*.py")
        if "geoclimate.borders" in path.read_text() or "ingest_ports" in path.read_text()
    }
    assert importing == {
        "shared/geoclimate/adapters/ingest_ports.py",
        "functions/backfill/bootstrap.py",
        "functions/ingest/bootstrap.py",
    }


def test_byte_code_is_added_for_this_interpreter_only(tree: Path) -> None:
    assert not [name for name in names_in(stage_function_code("api", "3.99", tree).path) if name.endswith(".pyc")]
    assert [name for name in names_in(stage_function_code("api", HERE, tree).path) if name.endswith(".pyc")]


def test_a_touched_file_changes_nothing(tree: Path) -> None:
    before = stage_function_code("api", HERE, tree)
    os.utime(tree / "functions/api/handler.py", (0, 0))
    (tree / "functions/api/__pycache__").mkdir()
    (tree / "functions/api/__pycache__/handler.cpython-311.pyc").write_bytes(b"stale")
    assert stage_function_code("api", HERE, tree) == before


def test_an_edited_file_gives_another_asset(tree: Path) -> None:
    before = stage_function_code("api", HERE, tree)
    (tree / "functions/api/handler.py").write_text("VALUE = 2\n")
    after = stage_function_code("api", HERE, tree)
    assert after.digest != before.digest
    assert (after.path / "functions/api/handler.py").read_text() == "VALUE = 2\n"


def test_another_function_s_edit_changes_nothing(tree: Path) -> None:
    before = stage_function_code("api", HERE, tree)
    (tree / "functions/other/handler.py").write_text("VALUE = 3\n")
    assert stage_function_code("api", HERE, tree) == before


def test_the_training_source_has_the_same_bytes_wherever_it_is_packed(tree: Path) -> None:
    first = stage_training_source(tree).path
    content = first.read_bytes()
    first.unlink()
    os.utime(tree / "sagemaker/train.py", (0, 0))
    assert stage_training_source(tree).path.read_bytes() == content


def test_the_training_source_leaves_the_adapters_out(tree: Path) -> None:
    with tarfile.open(stage_training_source(tree).path) as archive:
        names = set(archive.getnames())
    assert names == {
        "train.py",
        "requirements.txt",
        "geoclimate/__init__.py",
        "geoclimate/py.typed",
        "geoclimate/domain/units.py",
        "geoclimate/features/inputs.py",
        "geoclimate/contracts/model.py",
    }
