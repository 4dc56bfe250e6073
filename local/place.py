"""Where the local platform lives on this machine, and how its clients reach it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import boto3
from botocore.config import Config

from local.cloud.settings import HOST, REGION, default_port

ROOT: Final = Path(__file__).resolve().parent.parent
STAGE: Final = "local"


@dataclass(frozen=True, slots=True)
class Place:
    """A local cloud: its port, and the folder that holds its state, logs and build outputs.

    Attributes:
        port: Port on the loopback.
        folder: Holds `state/`, `logs/`, `cdk.out/` and the demo consumer's password.
    """

    port: int
    folder: Path

    @classmethod
    def default(cls) -> Self:
        """The one of `make up`: `.local/` in the repository; the port from GEOCLIMATE_PORT or 4566.

        Raises:
            CloudError: GEOCLIMATE_PORT is not a port number.
        """
        return cls(port=default_port(), folder=ROOT / ".local")

    @property
    def url(self) -> str:
        """Where the local cloud listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def state(self) -> Path:
        """Folder of the local cloud's state."""
        return self.folder / "state"

    @property
    def logs(self) -> Path:
        """Folder of all logs."""
        return self.folder / "logs"

    def environment(self) -> dict[str, str]:
        """This process's environment with what a client of the local cloud needs, and nobody's real credentials."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return inherited | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def session(self) -> boto3.Session:
        """A session with the local operator's credentials."""
        return boto3.Session(
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the local cloud's fixed operator credentials
            region_name=REGION,
        )

    def config(self) -> Config:
        """Client settings: few connections, short time-outs, few retries, so that a dead cloud is noticed."""
        return Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 2})
