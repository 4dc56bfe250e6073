"""The whole API in process."""

from collections.abc import Iterator

import pytest

from tests.whole_api import WholeApi, whole_api


@pytest.fixture(scope="module")
def api() -> Iterator[WholeApi]:
    with pytest.MonkeyPatch.context() as patch, whole_api(patch) as made:
        yield made
