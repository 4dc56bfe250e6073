from pathlib import Path

import pytest

from local.cloud.settings import CloudError, Settings, default_port, ministack_environment

SETTINGS = Settings(port=4570, state_dir=Path("/var/state"), auth=True)


def test_an_operators_environment_stays_outside() -> None:
    inherited = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "PYTHONPATH": "/elsewhere",
        "HTTPS_PROXY": "http://proxy",
    }
    environment = ministack_environment(SETTINGS, inherited)
    assert environment["PATH"] == "/bin"
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONPATH", "HTTPS_PROXY"} & environment.keys()


def test_all_state_is_in_the_state_folder() -> None:
    environment = ministack_environment(SETTINGS, {})
    assert (environment["PERSIST_STATE"], environment["S3_PERSIST"]) == ("1", "1")
    assert environment["STATE_DIR"] == "/var/state/services"
    assert environment["S3_DATA_DIR"] == "/var/state/s3"
    assert environment["TMPDIR"] == "/var/state/tmp"


def test_listens_on_the_loopback() -> None:
    assert ministack_environment(SETTINGS, {})["BIND_HOST"] == "127.0.0.1"
    assert SETTINGS.url == "http://127.0.0.1:4570"


@pytest.mark.parametrize(("auth", "expected"), [(True, "true"), (False, "false")])
def test_enforces_iam_where_it_is_told_to(auth: bool, expected: str) -> None:
    assert ministack_environment(Settings(4570, Path("/s"), auth), {})["AUTH"] == expected


def test_takes_the_port_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOCLIMATE_PORT", "4600")
    assert default_port() == 4600
    monkeypatch.delenv("GEOCLIMATE_PORT")
    assert default_port() == 4566


@pytest.mark.parametrize("text", ["", "http", "0", "65536", "-1"])
def test_refuses_a_port_that_is_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("GEOCLIMATE_PORT", text)
    with pytest.raises(CloudError, match="GEOCLIMATE_PORT must be a port number"):
        default_port()
