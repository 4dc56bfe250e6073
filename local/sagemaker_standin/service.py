"""The service's front: which call does what, for HTTP and for the callers inside MiniStack."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from local.sagemaker_standin import models, validation
from local.sagemaker_standin.endpoints import Endpoints
from local.sagemaker_standin.errors import ServiceError
from local.sagemaker_standin.invoke import Answer, endpoint_of, invoke
from local.sagemaker_standin.jobs import TrainingJobs
from local.sagemaker_standin.state import Document, Store


class Service:
    """SageMaker's calls, by name.

    Args:
        store: Where resources are remembered.
        jobs: The training jobs.
        endpoints: The endpoints.
    """

    def __init__(self, store: Store, jobs: TrainingJobs, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        written_down: dict[str, Callable[[Store, Document], Document]] = {
            "CreateModel": models.create_model,
            "DescribeModel": models.describe_model,
            "DeleteModel": models.delete_model,
            "ListModels": models.list_models,
            "CreateEndpointConfig": models.create_endpoint_config,
            "DescribeEndpointConfig": models.describe_endpoint_config,
            "DeleteEndpointConfig": models.delete_endpoint_config,
            "ListEndpointConfigs": models.list_endpoint_configs,
            "AddTags": models.add_tags,
            "ListTags": models.list_tags,
        }
        self._calls: dict[str, Callable[[Document], Document]] = {
            "CreateTrainingJob": jobs.create,
            "DescribeTrainingJob": jobs.describe,
            "ListTrainingJobs": jobs.list_page,
            "StopTrainingJob": jobs.stop,
            "CreateEndpoint": endpoints.create,
            "DescribeEndpoint": endpoints.describe,
            "ListEndpoints": endpoints.list_page,
            "UpdateEndpoint": endpoints.update,
            "DeleteEndpoint": endpoints.delete,
            **{name: _on(store, call) for name, call in written_down.items()},
        }

    def call(self, name: str, request: Document) -> Document:
        """Check a request and answer it.

        Raises:
            ServiceError: As SageMaker refuses it.
        """
        if name not in self._calls:
            known = validation.operation(name) is not None
            reason = "is not offered by the local SageMaker stand-in" if known else "is not a SageMaker operation"
            raise ServiceError("UnknownOperationException", f"{name} {reason}.")
        validation.check(name, request)
        return self._calls[name](request)

    async def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | str, _query: Mapping[str, Any]
    ) -> Answer:
        """Answer an HTTP request, in the form that MiniStack calls its services."""
        content = body.encode() if isinstance(body, str) else body
        invoked = endpoint_of(method, path)
        try:
            if invoked is not None:
                return await asyncio.to_thread(invoke, self._endpoints, invoked, dict(headers), content)
            name = headers.get("x-amz-target", "").removeprefix("SageMaker.")
            answer = self.call(name, _parsed(content))
        except ServiceError as error:
            return _error(error, {"Message": error.message} if invoked else {"message": error.message})
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


def _on(store: Store, call: Callable[[Store, Document], Document]) -> Callable[[Document], Document]:
    return lambda request: call(store, request)


def _parsed(content: bytes) -> Document:
    try:
        request = json.loads(content or b"{}")
    except ValueError:
        request = None
    if not isinstance(request, dict):
        raise ServiceError("SerializationException", "The request body is not a JSON object.")
    return request


def _error(error: ServiceError, content: dict[str, str]) -> Answer:
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.code}
    return error.status, headers, json.dumps({"__type": error.code, **content}).encode()
