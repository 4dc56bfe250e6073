"""Hooks fail at start, and clearly, on a MiniStack that they were not written for."""

import types

import pytest

from local.sagemaker_standin import patching
from local.sagemaker_standin.errors import UnsupportedVersionError


def test_pinned_version_is_the_installed_one() -> None:
    patching.require_supported_version()


def test_refuses_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _name: "2.0.0")
    with pytest.raises(UnsupportedVersionError, match=r"ministack 1\.5\.33, but 2\.0\.0 is installed"):
        patching.require_supported_version()


def test_names_the_hook_that_an_upgrade_moved() -> None:
    module = types.ModuleType("ministack.services.moved")
    with pytest.raises(UnsupportedVersionError, match=r"ministack has no ministack\.services\.moved\._gone"):
        patching.replace(module, "_gone", lambda original: original)


def test_wraps_the_original() -> None:
    module = types.ModuleType("m")
    vars(module)["_call"] = lambda: "original"
    patching.replace(module, "_call", lambda original: lambda: f"wrapped {original()}")
    assert patching.private(module, "_call")() == "wrapped original"
