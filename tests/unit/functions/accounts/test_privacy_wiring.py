"""How the accounts function's exports and erasures are put together."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.accounts.bootstrap import accounts_settings
from functions.accounts.privacy import open_privacy_desk
from functions.accounts.settings import AccountsSettings


@pytest.fixture
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in AccountsSettings.model_fields:
        monkeypatch.setenv(f"GEOCLIMATE_{name.upper()}", name.replace("_", "-"))
    monkeypatch.setenv("GEOCLIMATE_ALLOWED_ORIGINS", "[]")
    monkeypatch.setenv("GEOCLIMATE_PLANS", "{}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    # Here boto3 signs addresses by version 2 unless it is told otherwise.
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for cached in (accounts_settings, open_privacy_desk):
        cached.cache_clear()
    yield
    for cached in (accounts_settings, open_privacy_desk):
        cached.cache_clear()


@pytest.mark.usefixtures("_environment")
def test_the_address_of_an_export_is_signed_as_encrypted_objects_need_it() -> None:
    address = urlsplit(open_privacy_desk().links.link("a-1", "r-1"))
    assert (address.netloc, address.path) == ("results-bucket.s3.amazonaws.com", "/a-1/exports/r-1.json")
    query = parse_qs(address.query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["300"]
