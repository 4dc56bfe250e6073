"""How a patch is tested: once as the local cloud is, and once without the patch."""

import uuid
from typing import Any

import pytest


def cases(patch: str, right: Any, wrong: Any) -> pytest.MarkDecorator:
    """Runs a test with every patch, and without this one, each with what it then finds."""
    return pytest.mark.parametrize(
        ("left_out", "expected"), [pytest.param(None, right, id="mended"), pytest.param(patch, wrong, id="without")]
    )


def name_of(prefix: str) -> str:
    """A name that nothing in the shared cloud has yet."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"
