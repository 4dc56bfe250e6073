"""Where MiniStack differs from AWS in what this platform relies on: one function a difference, all applied at start."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from local.cloud.settings import CloudError

Patch = Callable[[], None]

PATCHES: Final[Mapping[str, Patch]] = MappingProxyType({})


def apply_patches(without: frozenset[str]) -> None:
    """Apply every patch but those left out.

    Raises:
        CloudError: A name left out is none of a patch.
    """
    unknown = without - PATCHES.keys()
    if unknown:
        raise CloudError(f"no such patch: {', '.join(sorted(unknown))}; the patches: {', '.join(PATCHES)}")
    for name, patch in PATCHES.items():
        if name not in without:
            patch()
