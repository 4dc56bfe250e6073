"""AWS services that speak JSON over one POST (DynamoDB, Secrets Manager), without boto3.

Importing boto3 and making one client takes as long as importing FastAPI: it reads the models of the service, its
endpoint rules and its retry modes at run time. A function that asks one service for items needs none of that. What is
raised is botocore's, so adapters need not know which client they have.
"""

import base64
import http.client
import json
import os
import random
import select
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from botocore.exceptions import ClientError, EndpointConnectionError, NoRegionError

from geoclimate.adapters.aws_signature import Credentials, signed_headers
from geoclimate.adapters.function_credentials import FunctionCredentials

_SERVER_ERROR: Final = 500
_ERROR: Final = 400
_FIRST_WAIT: Final = 0.05
_MOST_KEPT: Final = 16
_CHANCE: Final = random.SystemRandom()
"""Not the module's own: its state is in a function's snapshot, so all that are restored from one would wait alike."""
_THROTTLES: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


@dataclass(frozen=True, slots=True)
class Service:
    """A service of AWS.

    Attributes:
        name: In host names, signatures and `AWS_ENDPOINT_URL_<NAME>`.
        target: What stands before the operation in `X-Amz-Target`.
        content_type: Of its bodies.
    """

    name: str
    target: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call is waited for.

    Attributes:
        connect_seconds: For a connection.
        read_seconds: For an answer.
        attempts: How often it is sent, at most; 1 for what must not be done twice.
    """

    connect_seconds: float
    read_seconds: float
    attempts: int


@dataclass(slots=True)
class AwsJson:
    """A client of one service in this function's region; threads may share it.

    Attributes:
        service: The service.
        patience: How long a call is waited for.
        credentials: Gives the credentials to sign with.
        sleep: Waits so many seconds.
    """

    service: Service
    patience: Patience
    credentials: Callable[[], Credentials] = field(default_factory=FunctionCredentials)
    sleep: Callable[[float], None] = time.sleep
    _idle: list[http.client.HTTPConnection] = field(default_factory=list)

    def call(self, operation: str, request: Mapping[str, Any]) -> Any:
        """The answer to a request; bytes go and come as bytes.

        Raises:
            ClientError: The service refuses it, or fails again and again.
            EndpointConnectionError: The service does not answer.
            NoCredentialsError: There is nothing to sign with.
            ValueError: `patience` allows no attempt.
        """
        body = json.dumps(request, default=_encoded, separators=(",", ":")).encode()
        for attempt in range(1, self.patience.attempts + 1):
            last = attempt == self.patience.attempts
            try:
                status, answer = self._sent(operation, body)
            except (OSError, http.client.HTTPException) as error:
                if last:
                    raise EndpointConnectionError(endpoint_url=_endpoint(self.service).geturl(), error=error) from error
            else:
                if status < _ERROR:
                    return json.loads(answer, object_hook=_decoded)
                refusal = _refusal(status, answer, operation)
                if last or (status < _SERVER_ERROR and refusal.response["Error"].get("Code") not in _THROTTLES):
                    raise refusal
            # Full jitter, so that those who were refused together do not come back together.
            self.sleep(_CHANCE.uniform(0, _FIRST_WAIT * 2**attempt))
        message = f"{operation} may be attempted {self.patience.attempts} times; it needs one at least"
        raise ValueError(message)

    def _sent(self, operation: str, body: bytes) -> tuple[int, bytes]:
        place = _endpoint(self.service)
        headers = signed_headers(
            self.credentials(),
            region=_region(),
            service=self.service.name,
            headers={
                "content-type": self.service.content_type,
                "host": place.netloc,
                "x-amz-target": f"{self.service.target}.{operation}",
            },
            body=body,
            now=time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
        )
        connection = self._connection(place)
        try:
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except BaseException:
            connection.close()
            raise
        if not answer.will_close and len(self._idle) < _MOST_KEPT:
            self._idle.append(connection)
        return answer.status, content

    def _connection(self, place: SplitResult) -> http.client.HTTPConnection:
        while self._idle:
            kept = self._idle.pop()
            # While a function sleeps its connections end; one that can be read without having been asked has ended.
            if kept.sock is not None and not select.select([kept.sock], [], [], 0)[0]:
                return kept
            kept.close()
        host = place.hostname or ""
        if place.scheme == "https":
            made: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, place.port, timeout=self.patience.connect_seconds, context=ssl.create_default_context()
            )
        else:
            made = http.client.HTTPConnection(host, place.port, timeout=self.patience.connect_seconds)
        made.connect()
        made.sock.settimeout(self.patience.read_seconds)
        return made


def _region() -> str:
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise NoRegionError
    return region


def _endpoint(service: Service) -> SplitResult:
    """Where the service answers: as the environment says, or in the region."""
    variable = f"AWS_ENDPOINT_URL_{service.name.upper()}"
    given = os.environ.get(variable) or os.environ.get("AWS_ENDPOINT_URL")
    region = _region()
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return urlsplit(given or f"https://{service.name}.{region}.{suffix}")


def _refusal(status: int, answer: bytes, operation: str) -> ClientError:
    """What botocore would raise."""
    try:
        content = json.loads(answer, object_hook=_decoded)
    except ValueError:
        content = {}
    content = content if isinstance(content, dict) else {}
    code = str(content.pop("__type", status)).rpartition("#")[2].partition(":")[0]
    message = str(content.pop("message", content.pop("Message", "")))
    response: Any = {
        **content,
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)


def _encoded(value: object) -> str:
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    message = f"{type(value).__name__} has no form in JSON"
    raise TypeError(message)


def _decoded(node: dict[str, Any]) -> dict[str, Any]:
    """An object of an answer; DynamoDB's binary values, which come as base64, as bytes."""
    if len(node) == 1:
        if isinstance(text := node.get("B"), str):
            return {"B": base64.b64decode(text)}
        if isinstance(texts := node.get("BS"), list):
            return {"BS": [base64.b64decode(text) for text in texts]}
    return node
