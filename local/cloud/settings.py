"""What a local cloud is told at its start, and the environment that MiniStack reads it from."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 4566
PORT_VARIABLE: Final = "GEOCLIMATE_PORT"
DEFAULT_STATE_DIR: Final = Path(".local/state")
REGION: Final = "us-east-1"
_INHERITED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE")


class CloudError(Exception):
    """The local cloud cannot start or stop; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One local cloud.

    Attributes:
        port: Port on 127.0.0.1.
        state_dir: Folder of everything that survives a restart.
        auth: Whether IAM policies are enforced. 'test'/'test' stays the operator, who may do anything.
        without: Names of the patches to leave out. Only the tests of the patches use it.
    """

    port: int
    state_dir: Path
    auth: bool = False
    without: frozenset[str] = field(default_factory=frozenset)

    @property
    def url(self) -> str:
        """Where the local cloud listens."""
        return f"http://{HOST}:{self.port}"


def default_port() -> int:
    """The port from GEOCLIMATE_PORT, or 4566.

    Raises:
        CloudError: GEOCLIMATE_PORT is not a port number.
    """
    text = os.environ.get(PORT_VARIABLE, str(DEFAULT_PORT))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CloudError(f"{PORT_VARIABLE} must be a port number from 1 to 65535, and is {text!r}")
    return int(text)


def ministack_environment(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of the server process, and so also of every Lambda function that it runs.

    Of the caller's environment only what a program needs to run is kept: an operator's real credentials, profile,
    PYTHONPATH or proxy must not reach the functions. DOCKER_HOST names a socket that does not exist, so that MiniStack
    behaves the same on machines with and without Docker.
    """
    state = settings.state_dir.absolute()
    return {name: inherited[name] for name in _INHERITED if name in inherited} | {
        "GATEWAY_PORT": str(settings.port),
        "BIND_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "services"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "AUTH": "true" if settings.auth else "false",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "LAMBDA_EXECUTOR": "local",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": f"unix://{state}/no-docker.sock",
        "TMPDIR": str(state / "tmp"),
        "LOG_LEVEL": "INFO",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
