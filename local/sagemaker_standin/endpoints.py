"""Endpoints: created, updated without a gap, restarted when a process dies, brought back after a restart."""

from __future__ import annotations

import copy
import logging
import random
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

from local.sagemaker_standin import events, listing
from local.sagemaker_standin.arns import request_scope, scope_of
from local.sagemaker_standin.errors import HostingError, ServiceError, invalid
from local.sagemaker_standin.hosting import HostedVariant
from local.sagemaker_standin.limits import Limits
from local.sagemaker_standin.models import describe_endpoint_config
from local.sagemaker_standin.state import Document, Store, now

_LOGGER = logging.getLogger("sagemaker")
_WATCH_SECONDS = 0.5
_MAX_RESTARTS = 5
_LONGEST_REASON = 1024


class Endpoints:
    """The endpoints of the local cloud.

    Args:
        store: Where they are remembered.
        root: Under which each served model gets a folder.
        endpoint_url: Where MiniStack serves.
        limits: The service's waits.
    """

    def __init__(self, store: Store, root: Path, endpoint_url: str, limits: Limits) -> None:
        self._store = store
        self._root = root
        self._endpoint_url = endpoint_url
        self._limits = limits
        self._fleets: dict[str, list[HostedVariant]] = {}
        self._restarts: dict[HostedVariant, int] = {}
        self._ended = threading.Event()
        self._watcher: threading.Thread | None = None

    def create(self, request: Document) -> Document:
        """Begin to bring up an endpoint.

        Raises:
            ServiceError: The name is taken, or there is no such configuration.
        """
        name = request["EndpointName"]
        arn = request_scope().arn("endpoint", name)
        config = describe_endpoint_config(self._store, request)
        stamp = now()
        with self._store.change():
            if name in self._store.endpoints:
                raise invalid(f'Cannot create already existing endpoint "{arn}".')
            specs = self._resolve(name, config)
            self._store.endpoints[name] = {
                "EndpointName": name,
                "EndpointArn": arn,
                "EndpointConfigName": config["EndpointConfigName"],
                "EndpointStatus": "Creating",
                "CreationTime": stamp,
                "LastModifiedTime": stamp,
            }
            self._store.tags[arn] = request.get("Tags", [])
        self._announce(name)
        self._in_background(self._bring_up, name, config, specs)
        return {"EndpointArn": arn}

    def describe(self, request: Document) -> Document:
        """Describe an endpoint.

        Raises:
            ServiceError: There is no such endpoint.
        """
        with self._store.lock:
            endpoint = self._store.endpoints.get(request["EndpointName"])
            if endpoint is None:
                arn = request_scope().arn("endpoint", request["EndpointName"])
                raise invalid(f'Could not find endpoint "{arn}".')
            return copy.deepcopy(endpoint)

    def list_page(self, request: Document) -> Document:
        """List endpoints, the newest first."""
        with self._store.lock:
            found, token = listing.page(self._store.endpoints.values(), request, "EndpointName", "EndpointStatus")
        members = ("EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus")
        summaries = [{member: endpoint[member] for member in members} for endpoint in found]
        return {"Endpoints": summaries, **({"NextToken": token} if token else {})}

    def update(self, request: Document) -> Document:
        """Begin to move an endpoint to another configuration; the present one serves until the new one is up.

        With RetainAllVariantProperties a variant that stays keeps its number of instances and its weight, but for the
        properties that ExcludeRetainedVariantProperties names.

        Raises:
            ServiceError: There is no such endpoint or configuration, or the endpoint is not in service.
        """
        name = request["EndpointName"]
        config = describe_endpoint_config(self._store, request)
        with self._store.change():
            endpoint = self._settled(name)
            if endpoint["EndpointStatus"] != "InService":
                raise invalid(f'Cannot update endpoint "{endpoint["EndpointArn"]}" in status Failed: delete it.')
            specs = self._resolve(name, config)
            if request.get("RetainAllVariantProperties", False):
                excluded = {each["VariantPropertyType"] for each in request.get("ExcludeRetainedVariantProperties", [])}
                _retain(specs, self._store.hosting[name], excluded)
            endpoint.pop("FailureReason", None)
            endpoint.update(EndpointStatus="Updating", LastModifiedTime=now())
        self._announce(name)
        self._in_background(self._bring_up, name, config, specs)
        return {"EndpointArn": endpoint["EndpointArn"]}

    def delete(self, request: Document) -> Document:
        """Begin to take an endpoint down.

        Raises:
            ServiceError: There is no such endpoint, or it is changing.
        """
        name = request["EndpointName"]
        with self._store.change():
            endpoint = self._settled(name)
            endpoint.update(EndpointStatus="Deleting", LastModifiedTime=now())
        self._announce(name)
        self._in_background(self._take_down, name)
        return {}

    def pick(self, name: str, variant_name: str | None, account: str) -> HostedVariant:
        """Give the variant that answers a request, reserved for it.

        Raises:
            ServiceError: ValidationError where there is no such endpoint or variant, or it is not in service.
        """
        with self._store.lock:
            endpoint = self._store.endpoints.get(name)
            if endpoint is None:
                raise ServiceError("ValidationError", f"Endpoint {name} of account {account} not found.")
            fleet = self._fleets.get(name, [])
            if not fleet or endpoint["EndpointStatus"] == "Deleting":
                raise ServiceError(
                    "ValidationError",
                    f"Endpoint {name} of account {account} is not in service: its status is "
                    f"{endpoint['EndpointStatus']}.",
                )
            if variant_name is not None:
                chosen = next((variant for variant in fleet if variant.name == variant_name), None)
                if chosen is None:
                    raise ServiceError("ValidationError", f"Variant {variant_name} not found in Endpoint {name}.")
            else:
                chosen = random.SystemRandom().choices(fleet, [variant.weight for variant in fleet])[0]
            chosen.reserve()
            return chosen

    def arn(self, name: str) -> str:
        """Give the ARN of an endpoint that exists."""
        return str(self._store.endpoints[name]["EndpointArn"])

    def restore(self) -> None:
        """Bring back what was in service before a restart, from the folders that were kept; waits until it is up.

        An update that was under way is given up (the endpoint serves what it served before); a creation begins anew.
        """
        with self._store.lock:
            known = {name: dict(endpoint) for name, endpoint in self._store.endpoints.items()}
        waiting = []
        for name, endpoint in known.items():
            if endpoint["EndpointStatus"] == "Deleting":
                waiting.append(self._in_background(self._take_down, name))
            elif name in self._store.hosting:
                waiting.append(self._in_background(self._bring_back, name))
            elif endpoint["EndpointStatus"] == "Creating":
                config = self._store.endpoint_configs.get(endpoint["EndpointConfigName"])
                if config is None:
                    self._settle(name, "Failed", "The endpoint's configuration was deleted while it was created.")
                else:
                    specs = self._resolve(name, config)
                    waiting.append(self._in_background(self._bring_up, name, config, specs))
        for thread in waiting:
            thread.join()

    def shutdown(self) -> None:
        """End the serving processes; the endpoints stay in service, for the next start to bring back."""
        self._ended.set()
        with self._store.lock:
            variants = [variant for fleet in self._fleets.values() for variant in fleet]
        # Each may finish what it answers, so they are asked at once and not one after the other.
        stopping = [threading.Thread(target=variant.stop, daemon=True) for variant in variants]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()

    def _resolve(self, name: str, config: Document) -> list[Document]:
        """Write out what a configuration's variants serve, so that neither it nor its models are needed again."""
        specs = []
        for variant in config["ProductionVariants"]:
            model = self._store.models.get(variant["ModelName"])
            if model is None:
                arn = scope_of(config["EndpointConfigArn"]).arn("model", variant["ModelName"])
                raise invalid(f'Could not find model "{arn}".')
            container = model["PrimaryContainer"]
            specs.append(
                {
                    "VariantName": variant["VariantName"],
                    "Weight": variant["InitialVariantWeight"],
                    "InstanceCount": variant.get("InitialInstanceCount", 1),
                    "Image": container.get("Image", ""),
                    "ModelDataUrl": _model_data_url(container),
                    "Environment": container.get("Environment", {}),
                    "RoleArn": model["ExecutionRoleArn"],
                    "Directory": f"{name}/{uuid.uuid4().hex}",
                    "HealthCheckSeconds": variant.get(
                        "ContainerStartupHealthCheckTimeoutInSeconds", self._limits.health_check
                    ),
                }
            )
        return specs

    def _settled(self, name: str) -> Document:
        endpoint = self._store.endpoints.get(name)
        if endpoint is None:
            raise invalid(f'Could not find endpoint "{request_scope().arn("endpoint", name)}".')
        if endpoint["EndpointStatus"] not in {"InService", "Failed"}:
            raise invalid(f'Cannot update in-progress endpoint "{endpoint["EndpointArn"]}".')
        return endpoint

    def _bring_up(self, name: str, config: Document, specs: list[Document]) -> None:
        """Serve a configuration; on failure an endpoint that served before goes on as it was."""
        fleet = self._hosted(name, specs)
        try:
            for variant in fleet:
                variant.download()
                variant.start()
        except HostingError as error:
            self._retire(fleet)
            self._settle(name, "InService" if name in self._fleets else "Failed", str(error))
            return
        with self._store.change():
            replaced = self._fleets.get(name, [])
            self._fleets[name] = fleet
            self._store.hosting[name] = specs
            self._store.endpoints[name]["EndpointConfigName"] = config["EndpointConfigName"]
        self._settle(name, "InService", None)
        self._retire(replaced)

    def _bring_back(self, name: str) -> None:
        fleet = self._hosted(name, self._store.hosting[name])
        try:
            for variant in fleet:
                if not variant.is_downloaded:
                    variant.download()
                variant.start()
        except HostingError as error:
            for variant in fleet:
                variant.stop()
            self._settle(name, "Failed", str(error))
            return
        with self._store.lock:
            self._fleets[name] = fleet
        self._settle(name, "InService", None)

    def _hosted(self, name: str, specs: list[Document]) -> list[HostedVariant]:
        scope = scope_of(self.arn(name))
        return [HostedVariant(name, spec, self._root, scope, self._endpoint_url, self._limits) for spec in specs]

    def _settle(self, name: str, status: str, reason: str | None) -> None:
        with self._store.change():
            endpoint = self._store.endpoints[name]
            endpoint.update(EndpointStatus=status, LastModifiedTime=now())
            if reason is not None:
                endpoint["FailureReason"] = reason[:_LONGEST_REASON]
            endpoint["ProductionVariants"] = [_variant_summary(spec) for spec in self._store.hosting.get(name, [])]
        self._announce(name)

    def _take_down(self, name: str) -> None:
        with self._store.lock:
            fleet = self._fleets.pop(name, [])
        self._retire(fleet)
        with self._store.change():
            endpoint = self._store.endpoints.pop(name)
            self._store.hosting.pop(name, None)
            self._store.tags.pop(endpoint["EndpointArn"], None)

    @staticmethod
    def _retire(fleet: list[HostedVariant]) -> None:
        for variant in fleet:
            variant.stop()
            variant.discard()

    def _announce(self, name: str) -> None:
        with self._store.lock:
            endpoint = copy.deepcopy(self._store.endpoints[name])
        events.endpoint_changed(endpoint)

    def _in_background(self, work: Callable[..., None], *arguments: object) -> threading.Thread:
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="sagemaker-watcher", daemon=True)
            self._watcher.start()
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        thread.start()
        return thread

    def _watch(self) -> None:
        """Start serving processes anew that died, a few times each."""
        while not self._ended.wait(_WATCH_SECONDS):
            with self._store.lock:
                dead = [variant for fleet in self._fleets.values() for variant in fleet if not variant.is_alive]
            for variant in dead:
                self._restarts[variant] = self._restarts.get(variant, 0) + 1
                if self._restarts[variant] <= _MAX_RESTARTS and not self._ended.is_set():
                    _LOGGER.warning("the container of variant %s ended; starting it anew", variant.name)
                    try:
                        variant.start()
                    except HostingError as error:
                        _LOGGER.warning("%s", error)


def _model_data_url(container: Document) -> str:
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    url = container.get("ModelDataUrl") or (source.get("S3Uri") if source.get("CompressionType") == "Gzip" else None)
    if not url:
        raise invalid("PrimaryContainer: the local cloud serves a model.tar.gz that ModelDataUrl names")
    return str(url)


def _retain(specs: list[Document], serving: list[Document], excluded: set[str]) -> None:
    """Give variants that serve already what they have now, but for the excluded properties."""
    present = {spec["VariantName"]: spec for spec in serving}
    for spec in specs:
        before = present.get(spec["VariantName"])
        for member, kind in (("Weight", "DesiredWeight"), ("InstanceCount", "DesiredInstanceCount")):
            if before is not None and kind not in excluded:
                spec[member] = before[member]


def _variant_summary(spec: Document) -> Document:
    return {
        "VariantName": spec["VariantName"],
        "DeployedImages": [{"SpecifiedImage": spec["Image"]}],
        "CurrentWeight": spec["Weight"],
        "DesiredWeight": spec["Weight"],
        "CurrentInstanceCount": spec["InstanceCount"],
        "DesiredInstanceCount": spec["InstanceCount"],
    }
