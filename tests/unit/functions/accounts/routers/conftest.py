"""The accounts app with its stores in memory, called in process."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.accounts_api import AccountsApi


@pytest.fixture
def accounts() -> Iterator[AccountsApi]:
    loop = asyncio.new_event_loop()
    yield AccountsApi(loop)
    loop.close()
