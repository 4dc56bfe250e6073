"""Credentials of a Lambda function: from its environment, or where it starts from a snapshot, from its container."""

import datetime as dt
import http.client
import json
import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from botocore.exceptions import CredentialRetrievalError, NoCredentialsError

from geoclimate.adapters.aws_signature import Credentials
from geoclimate.services.ports import Clock

_EARLY: Final = dt.timedelta(minutes=5)
"""Credentials are fetched anew this long before they end."""

_SECONDS: Final = 2
_LOOPBACK: Final = frozenset({"127.0.0.1", "169.254.170.23", "169.254.170.2", "localhost", "::1"})
"""Where a container's credentials may come from; the token of the environment is sent nowhere else."""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class FunctionCredentials:
    """Gives the credentials of this function; those of a container are kept until shortly before they end."""

    def __init__(self, environment: Mapping[str, str] = os.environ, clock: Clock = _now) -> None:
        self._environment = environment
        self._clock = clock
        self._kept: tuple[Credentials, dt.datetime] | None = None

    def __call__(self) -> Credentials:
        """The credentials.

        Raises:
            NoCredentialsError: Neither the environment nor a container has any.
            CredentialRetrievalError: The container gives none.
        """
        # Read every time: after a restore the environment is another than that of the snapshot.
        access_key, secret = (self._environment.get(f"AWS_{name}") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
        if access_key and secret:
            return Credentials(access_key, secret, self._environment.get("AWS_SESSION_TOKEN") or None)
        address = self._environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        if not address:
            raise NoCredentialsError
        if self._kept is None or self._kept[1] - _EARLY <= self._clock():
            self._kept = self._fetched(address)
        return self._kept[0]

    def _fetched(self, address: str) -> tuple[Credentials, dt.datetime]:
        place = urlsplit(address)
        if place.scheme != "http" or place.hostname not in _LOOPBACK:
            raise CredentialRetrievalError(
                provider="container", error_msg=f"{place.hostname} is not this machine's container"
            )
        connection = http.client.HTTPConnection(place.hostname, place.port or 80, timeout=_SECONDS)
        try:
            token = self._environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
            connection.request("GET", place.path or "/", headers={"Authorization": token} if token else {})
            answer = connection.getresponse()
            content = json.loads(answer.read())
            found = Credentials(content["AccessKeyId"], content["SecretAccessKey"], content["Token"])
            return found, dt.datetime.fromisoformat(content["Expiration"])
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as error:
            # The content may hold a key, so it is not repeated.
            raise CredentialRetrievalError(
                provider="container", error_msg=f"the answer cannot be read: {type(error).__name__}"
            ) from None
        finally:
            connection.close()
