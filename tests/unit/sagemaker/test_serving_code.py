"""The code that is put beside a model."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from geoclimate_ml.serving_code import copy_serving_code

ASK = """
import sys, sysconfig
sys.path[:] = [sys.argv[1], *(entry for entry in sys.path if "python3" in entry)]
import geoclimate, geoclimate_ml, inference
from geoclimate_ml.serving import onnx_session
for module in (geoclimate, geoclimate_ml, inference, onnx_session):
    print(module.__file__)
print("boto3" in sys.modules)
"""


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model") / "code"
    copy_serving_code(folder)
    return folder


def test_it_serves_by_itself_wherever_it_lies(code: Path) -> None:
    said = subprocess.run([sys.executable, "-c", ASK, str(code)], capture_output=True, check=True, cwd="/", text=True)
    *files, cloud = said.stdout.splitlines()
    assert [Path(file).is_relative_to(code) for file in files] == [True] * 4
    assert cloud == "False"


def test_what_the_container_lacks_is_asked_for_in_the_versions_that_trained(code: Path) -> None:
    asked = dict(line.split("==") for line in (code / "requirements.txt").read_text().splitlines())
    assert asked.keys() == {"pydantic", "safetensors", "lightgbm", "onnxruntime"}
    assert asked == {name: importlib.metadata.version(name) for name in asked}


def test_nothing_of_the_cloud_and_nothing_compiled_goes_along(code: Path) -> None:
    assert {path.name for path in (code / "geoclimate").iterdir()} == {
        "__init__.py",
        "contracts",
        "domain",
        "features",
    }
    assert not [path for path in code.rglob("*") if path.name == "__pycache__"]


def test_writing_it_again_changes_nothing(tmp_path: Path) -> None:
    written = []
    for _ in range(2):
        copy_serving_code(tmp_path)
        written.append({path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()})
    assert written[0] == written[1]
