"""Models, endpoint configurations and tags: what is only written down until an endpoint uses it."""

from __future__ import annotations

from local.sagemaker_standin import credentials, listing
from local.sagemaker_standin.arns import request_scope
from local.sagemaker_standin.errors import invalid
from local.sagemaker_standin.state import Document, Store, now

_MODEL_MEMBERS = (
    "ModelName", "PrimaryContainer", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation",
    "InferenceExecutionConfig",
)  # fmt: skip
_CONFIG_MEMBERS = (
    "EndpointConfigName", "ProductionVariants", "DataCaptureConfig", "KmsKeyId", "AsyncInferenceConfig",
    "ExplainerConfig", "ShadowProductionVariants", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation",
)  # fmt: skip


def create_model(store: Store, request: Document) -> Document:
    """Write down a model.

    Raises:
        ServiceError: The name is taken, the role cannot be assumed, or the model has no single container.
    """
    name = request["ModelName"]
    arn = request_scope().arn("model", name)
    if "PrimaryContainer" not in request:
        raise invalid("PrimaryContainer: the local cloud serves models of one container")
    if not request.get("ExecutionRoleArn"):
        raise invalid("ExecutionRoleArn: the local cloud downloads the model's data as its role")
    credentials.require_assumable(request["ExecutionRoleArn"])
    with store.change():
        if name in store.models:
            raise invalid(f'Cannot create already existing model "{arn}".')
        store.models[name] = {
            **{member: request[member] for member in _MODEL_MEMBERS if member in request},
            "ModelArn": arn,
            "CreationTime": now(),
        }
        store.tags[arn] = request.get("Tags", [])
    return {"ModelArn": arn}


def describe_model(store: Store, request: Document) -> Document:
    """Describe a model.

    Raises:
        ServiceError: There is no such model.
    """
    with store.lock:
        model = store.models.get(request["ModelName"])
    if model is None:
        raise invalid(f'Could not find model "{request_scope().arn("model", request["ModelName"])}".')
    return model


def delete_model(store: Store, request: Document) -> Document:
    """Forget a model; an endpoint that serves it goes on.

    Raises:
        ServiceError: There is no such model.
    """
    model = describe_model(store, request)
    with store.change():
        del store.models[request["ModelName"]]
        store.tags.pop(model["ModelArn"], None)
    return {}


def list_models(store: Store, request: Document) -> Document:
    """List models, the newest first."""
    with store.lock:
        found, token = listing.page(store.models.values(), request, "ModelName", None)
    summaries = [{member: model[member] for member in ("ModelName", "ModelArn", "CreationTime")} for model in found]
    return {"Models": summaries, **({"NextToken": token} if token else {})}


def create_endpoint_config(store: Store, request: Document) -> Document:
    """Write down an endpoint configuration.

    Raises:
        ServiceError: The name is taken, a variant's model is missing, or two variants share a name.
    """
    name = request["EndpointConfigName"]
    scope = request_scope()
    arn = scope.arn("endpoint-config", name)
    names = [variant["VariantName"] for variant in request["ProductionVariants"]]
    if len(set(names)) != len(names):
        raise invalid("Production variant names must be unique within an endpoint configuration.")
    with store.change():
        if name in store.endpoint_configs:
            raise invalid(f'Cannot create already existing endpoint configuration "{arn}".')
        for variant in request["ProductionVariants"]:
            model = variant.get("ModelName")
            if model is None:
                raise invalid("ProductionVariants: the local cloud serves variants that name a model")
            if model not in store.models:
                raise invalid(f'Could not find model "{scope.arn("model", model)}".')
        config = {
            **{member: request[member] for member in _CONFIG_MEMBERS if member in request},
            "EndpointConfigArn": arn,
            "CreationTime": now(),
        }
        config["ProductionVariants"] = [
            {"InitialVariantWeight": 1.0, **variant} for variant in request["ProductionVariants"]
        ]
        store.endpoint_configs[name] = config
        store.tags[arn] = request.get("Tags", [])
    return {"EndpointConfigArn": arn}


def describe_endpoint_config(store: Store, request: Document) -> Document:
    """Describe an endpoint configuration.

    Raises:
        ServiceError: There is no such configuration.
    """
    with store.lock:
        config = store.endpoint_configs.get(request["EndpointConfigName"])
    if config is None:
        arn = request_scope().arn("endpoint-config", request["EndpointConfigName"])
        raise invalid(f'Could not find endpoint configuration "{arn}".')
    return config


def delete_endpoint_config(store: Store, request: Document) -> Document:
    """Forget an endpoint configuration; an endpoint that was made from it goes on.

    Raises:
        ServiceError: There is no such configuration.
    """
    config = describe_endpoint_config(store, request)
    with store.change():
        del store.endpoint_configs[request["EndpointConfigName"]]
        store.tags.pop(config["EndpointConfigArn"], None)
    return {}


def list_endpoint_configs(store: Store, request: Document) -> Document:
    """List endpoint configurations, the newest first."""
    with store.lock:
        found, token = listing.page(store.endpoint_configs.values(), request, "EndpointConfigName", None)
    members = ("EndpointConfigName", "EndpointConfigArn", "CreationTime")
    summaries = [{member: config[member] for member in members} for config in found]
    return {"EndpointConfigs": summaries, **({"NextToken": token} if token else {})}


def add_tags(store: Store, request: Document) -> Document:
    """Add tags to a resource, over those of the same keys.

    Raises:
        ServiceError: There is no such resource.
    """
    arn = request["ResourceArn"]
    with store.change():
        if arn not in store.tags:
            raise invalid(f"Could not find resource {arn}.")
        tags = {tag["Key"]: tag["Value"] for tag in store.tags[arn]} | {
            tag["Key"]: tag["Value"] for tag in request["Tags"]
        }
        store.tags[arn] = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {"Tags": store.tags[arn]}


def list_tags(store: Store, request: Document) -> Document:
    """List a resource's tags.

    Raises:
        ServiceError: There is no such resource.
    """
    with store.lock:
        if request["ResourceArn"] not in store.tags:
            raise invalid(f"Could not find resource {request['ResourceArn']}.")
        return {"Tags": store.tags[request["ResourceArn"]]}
