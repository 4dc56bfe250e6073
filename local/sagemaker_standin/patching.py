"""The one way by which the stand-in reaches MiniStack's private names.

MiniStack offers no plug-in interface, so every hook is a private name of the pinned version. They are all read and
replaced here, so that an upgrade that moves one fails at start and says which.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from types import ModuleType
from typing import Any

from local.sagemaker_standin.errors import UnsupportedVersionError

SUPPORTED_VERSION = "1.5.33"


def require_supported_version() -> None:
    """Refuse to patch any other MiniStack than the pinned one.

    Raises:
        UnsupportedVersionError: Another version is installed.
    """
    installed = importlib.metadata.version("ministack")
    if installed != SUPPORTED_VERSION:
        raise UnsupportedVersionError(
            f"the SageMaker stand-in patches private names of ministack {SUPPORTED_VERSION}, but {installed} is "
            "installed: install the pinned version, or port local/sagemaker_standin and its pin together"
        )


def private(module: ModuleType, name: str) -> Any:
    """Give a private name of a MiniStack module.

    Raises:
        UnsupportedVersionError: The module has no such name.
    """
    try:
        return getattr(module, name)
    except AttributeError:
        raise UnsupportedVersionError(f"ministack has no {module.__name__}.{name}: port the stand-in's hook") from None


def replace(module: ModuleType, name: str, wrap: Callable[[Any], Any]) -> None:
    """Put ``wrap(original)`` in the place of a MiniStack name.

    Raises:
        UnsupportedVersionError: The module has no such name.
    """
    setattr(module, name, wrap(private(module, name)))
