"""The layer builder: which packages at which versions, for which interpreter and platform."""

import subprocess
import sys
from pathlib import Path

import pytest

from layers import build
from layers.build import LayerError, Target, build_layers, closure, layer_groups, pins_by_group, read_lock

ARM = Target("linux-aarch64", "3.13")
VERSIONS = {"web": "2.0", "models": "1.5", "backport": "0.3", "boto3": "1.43.106"}
REQUIREMENTS = {
    "web": ["Models>=1", 'backport>=0.1; python_version < "3.12"', 'colours; extra == "cli"'],
    "models": ["boto3", 'winonly; sys_platform == "win32"'],
    "backport": [],
}


def requirements_of(name: str) -> list[str]:
    return REQUIREMENTS[name]


def test_takes_what_the_packages_need_on_the_target() -> None:
    assert closure(["web"], ARM, VERSIONS, requirements_of) == {"web": "2.0", "models": "1.5"}


def test_an_older_interpreter_needs_its_backports() -> None:
    older = Target("linux-aarch64", "3.11")
    assert closure(["web"], older, VERSIONS, requirements_of) == {"web": "2.0", "models": "1.5", "backport": "0.3"}


def test_leaves_out_what_the_runtime_brings() -> None:
    assert "boto3" not in closure(["models"], ARM, VERSIONS, requirements_of)


def test_names_are_compared_in_their_canonical_form() -> None:
    assert closure(["WEB"], ARM, VERSIONS, requirements_of).keys() == {"web", "models"}


def test_a_package_that_is_not_locked_is_an_error_that_names_it() -> None:
    with pytest.raises(LayerError, match=r"'models' is needed by a layer and is not in requirements\.lock"):
        closure(["web"], ARM, {"web": "2.0"}, requirements_of)


def test_a_package_that_is_not_installed_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(LayerError, match=r"'no-such-package-here' is not installed here.*make setup"):
        closure(["no-such-package-here"], ARM, {"no-such-package-here": "1"})


def test_reads_the_lock_with_its_comments(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("# made by make lock\nPydantic_Core==2.50.4\n\nnumpy==2.4.6  # windows\n")
    assert read_lock(lock) == {"pydantic-core": "2.50.4", "numpy": "2.4.6"}


def test_a_line_without_a_version_is_an_error_with_its_number(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("numpy==2.4.6\npydantic>=2\n")
    with pytest.raises(LayerError, match=r"requirements\.lock, line 2: 'pydantic>=2' is not name==version"):
        read_lock(lock)


def test_a_package_is_in_one_layer_only() -> None:
    pins = pins_by_group(ARM)
    everything = [pin for group in pins.values() for pin in group]
    assert len(set(everything)) == len(everything)
    assert pins.keys() == layer_groups(build.ROOT / "pyproject.toml").keys()


def test_every_pin_is_in_the_lock() -> None:
    locked = read_lock(build.ROOT / "requirements.lock")
    for pins in pins_by_group(ARM).values():
        assert dict(pin.split("==") for pin in pins).items() <= locked.items()


def test_wheels_for_the_cloud_are_chosen_by_tag_and_never_compiled() -> None:
    arguments = ARM.pip_arguments()
    assert "--only-binary=:all:" in arguments
    assert arguments[arguments.index("--python-version") + 1] == "3.13"
    assert {"manylinux2014_aarch64", "manylinux_2_28_aarch64"} <= set(arguments)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one layer of one small package."""
    (tmp_path / "pyproject.toml").write_text('[tool.geoclimate.layers]\nbase = ["annotated-types"]\n')
    (tmp_path / "requirements.lock").write_text("annotated-types==0.8.0\n")
    return tmp_path


class FakePip:
    """Installs one module, and a folder of tests that nobody needs, or fails as pip does."""

    def __init__(self, complaint: str = "") -> None:
        self.complaint = complaint
        self.calls = 0

    def __call__(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        self.calls += 1
        target = Path(command[command.index("--target") + 1])
        (target / "annotated_types" / "tests").mkdir(parents=True)
        (target / "annotated_types" / "__init__.py").write_text("NAME = 'it'\n")
        (target / "annotated_types" / "tests" / "test_it.py").write_text("")
        (target / "bin").mkdir()
        return subprocess.CompletedProcess(command, 1 if self.complaint else 0, "", self.complaint)


def test_builds_a_slim_layer_once_and_reuses_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = FakePip()
    monkeypatch.setattr("layers.build.subprocess.run", pip)
    first = build_layers(ARM, project)["base"]
    again = build_layers(ARM, project)["base"]
    assert first == again
    assert pip.calls == 1
    assert first.pins == ("annotated-types==0.8.0",)
    inside = {path.relative_to(first.path / "python").as_posix() for path in first.path.rglob("*.py")}
    assert inside == {"annotated_types/__init__.py"}
    assert not (first.path / "python" / "bin").exists()


def test_another_version_is_another_layer(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.build.subprocess.run", FakePip())
    first = build_layers(ARM, project)["base"]
    (project / "requirements.lock").write_text("annotated-types==0.8.1\n")
    assert build_layers(ARM, project)["base"].path != first.path


def test_a_failed_build_leaves_nothing_that_could_be_taken_for_a_layer(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "layers.build.subprocess.run", FakePip("ERROR: No matching distribution found for annotated-types")
    )
    with pytest.raises(LayerError, match=r"layer 'base' for linux-aarch64 and Python 3\.13 .*No matching distribution"):
        build_layers(ARM, project)
    assert list((project / ".build" / "layers").iterdir()) == []
    pip = FakePip()
    monkeypatch.setattr("layers.build.subprocess.run", pip)
    assert build_layers(ARM, project)["base"].path.is_dir()


def test_byte_code_is_compiled_for_this_interpreter_only(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.build.subprocess.run", FakePip())
    here = build_layers(Target("native", f"{sys.version_info.major}.{sys.version_info.minor}"), project)
    there = build_layers(Target("linux-aarch64", "3.99"), project)
    assert list(here["base"].path.rglob("*.pyc"))
    assert not list(there["base"].path.rglob("*.pyc"))
