from pathlib import Path

import pytest

from local.cloud.patches import PATCHES, apply_patches
from local.cloud.settings import CloudError

ROOT = Path(__file__).resolve().parents[5]


@pytest.mark.parametrize("name", PATCHES)
def test_every_patch_says_why_it_is_there(name: str) -> None:
    assert len((PATCHES[name].__doc__ or "").split()) > 10


@pytest.mark.parametrize("name", PATCHES)
def test_every_patch_is_in_the_documentation_and_has_its_test(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs/local-cloud.md").read_text()
    seen_from_outside = (ROOT / "tests/integration/local/cloud").glob("test_*.py")
    # What only saves time shows in no answer.
    seen_from_inside = (ROOT / "tests/unit/local/cloud/patches").glob("test_*.py")
    assert any(
        f'@cases("{name}"' in file.read_text() or f'@cases(\n    "{name}"' in file.read_text()
        for file in seen_from_outside
    ) or any(f"    {name}()" in file.read_text() for file in seen_from_inside)


def test_refuses_to_leave_out_what_is_no_patch() -> None:
    with pytest.raises(CloudError, match="no such patch: keep_everything; the patches: bound_maps_by_their_path, "):
        apply_patches(frozenset({"keep_everything"}))
