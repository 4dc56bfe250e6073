from pathlib import Path

import pytest

from local.cloud import CloudError
from local.place import Place


def test_the_port_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOCLIMATE_PORT", "4999")

    assert Place.default().url == "http://127.0.0.1:4999"


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", ""])
def test_refuses_what_is_no_port(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("GEOCLIMATE_PORT", text)

    with pytest.raises(CloudError, match="GEOCLIMATE_PORT must be a port number from 1 to 65535"):
        Place.default()


def test_passes_nobodys_real_credentials_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")

    environment = Place(4566, tmp_path).environment()

    assert "AWS_PROFILE" not in environment
    assert "AWS_SESSION_TOKEN" not in environment
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
