"""InvokeEndpoint: a request in, the container's answer or the service's error out."""

from __future__ import annotations

import http.client
import json
import re
from urllib.parse import unquote

from local.sagemaker_standin.arns import Scope, request_scope
from local.sagemaker_standin.endpoints import Endpoints
from local.sagemaker_standin.errors import ServiceError
from local.sagemaker_standin.hosting import log_group

Answer = tuple[int, dict[str, str], bytes]

_PATH = re.compile(r"/endpoints/([^/]+)/invocations")
# The limit in the service model that the pinned boto3 ships (the shape BodyBlob).
MAX_BODY_BYTES = 6_291_456
_CUSTOM_ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
_PASSED_ON = ("content-type", "accept", _CUSTOM_ATTRIBUTES)


def endpoint_of(method: str, path: str) -> str | None:
    """Give the endpoint that a request invokes, or None where it is another call."""
    match = _PATH.fullmatch(path)
    return unquote(match.group(1)) if match and method == "POST" else None


def invoke(endpoints: Endpoints, name: str, headers: dict[str, str], body: bytes) -> Answer:
    """Answer an InvokeEndpoint request.

    Raises:
        ServiceError: ValidationError where no endpoint is in service, ServiceUnavailable where its process is gone.
    """
    scope = request_scope()
    if len(body) > MAX_BODY_BYTES:
        raise ServiceError("ValidationError", _too_long())
    variant = endpoints.pick(name, headers.get("x-amzn-sagemaker-target-variant"), scope.account)
    passed = {header: headers[header] for header in _PASSED_ON if header in headers}
    with variant.reserved():
        try:
            status, answered, content = variant.invoke(body, passed)
        except TimeoutError:
            text = (
                "Your invocation timed out while waiting for a response from container primary. Review the latency "
                "metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
            )
            return _model_error(scope, name, 0, text)
        except ConnectionRefusedError:
            raise ServiceError("ServiceUnavailable", "The container is being restarted. Try again.", 503) from None
        except (OSError, http.client.HTTPException) as error:
            return _model_error(scope, name, 0, f"The container broke off its answer: {error!r}")
    if status != http.HTTPStatus.OK:
        return _model_error(scope, name, status, content.decode("utf-8", "replace"))
    reply = {
        # In lower case: MiniStack rewrites the content type of a "Content-Type" to that of its JSON protocols.
        "content-type": answered.get("content-type", "application/octet-stream"),
        "x-Amzn-Invoked-Production-Variant": variant.name,
    }
    if _CUSTOM_ATTRIBUTES in answered:
        reply["X-Amzn-SageMaker-Custom-Attributes"] = answered[_CUSTOM_ATTRIBUTES]
    return 200, reply, content


def _too_long() -> str:
    return (
        "1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than "
        f"or equal to {MAX_BODY_BYTES}"
    )


def _model_error(scope: Scope, name: str, status: int, text: str) -> Answer:
    group = log_group(name)
    side = "client" if 400 <= status < 500 else "server"
    message = (
        f'Received {side} error ({status}) from primary with message "{text}". See https://{scope.region}.console.aws.'
        f"amazon.com/cloudwatch/home?region={scope.region}#logEventViewer:group={group} in account {scope.account} "
        "for more information."
    )
    content = {
        "Message": message,
        "OriginalMessage": text,
        "OriginalStatusCode": status,
        "LogStreamArn": f"arn:aws:logs:{scope.region}:{scope.account}:log-group:{group}",
    }
    return 424, {"content-type": "application/json", "x-amzn-ErrorType": "ModelError"}, json.dumps(content).encode()
