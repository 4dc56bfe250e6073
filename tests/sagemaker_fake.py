"""SageMaker's endpoints in memory, as far as an operator's commands use them."""

from typing import Any

from botocore.exceptions import ClientError


def _refused(operation: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, operation)


class EndpointsInMemory:
    """One endpoint of one configuration; attributes say what goes wrong."""

    def __init__(self, config: str | None, *models: str) -> None:
        self.models = set(models)
        self.configs: dict[str, dict[str, Any]] = {}
        self.served = config
        self.status = "InService"
        self.reason: str | None = None
        self.broken: set[str] = set()
        self.updates: list[dict[str, Any]] = []
        self._pending: str | None = None
        if config is not None:
            self.configs[config] = {
                "EndpointConfigName": config,
                "ProductionVariants": [
                    {
                        "VariantName": "AllTraffic",
                        "ModelName": config,
                        "InstanceType": "ml.m5.large",
                        "InitialInstanceCount": 2,
                        "InitialVariantWeight": 1.0,
                    }
                ],
                "KmsKeyId": "key-1",
                "CreationTime": "2026-01-31",
            }

    def describe_endpoint(self, EndpointName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        if self.served is None:
            raise _refused("DescribeEndpoint", f'Could not find endpoint "{EndpointName}".')
        found = {"EndpointStatus": self.status, "EndpointConfigName": self.served}
        if self.reason is not None:
            found["FailureReason"] = self.reason
        if self._pending is not None:
            found["EndpointStatus"] = "Updating"
            if self._pending in self.broken:
                self.reason = "the container did not answer its ping"
            else:
                self.served = self._pending
            self._pending = None
        return found

    def describe_endpoint_config(self, EndpointConfigName: str) -> dict[str, Any]:  # noqa: N803
        return self.configs[EndpointConfigName]

    def describe_model(self, ModelName: str) -> dict[str, Any]:  # noqa: N803
        if ModelName not in self.models:
            raise _refused("DescribeModel", f'Could not find model "{ModelName}".')
        return {"ModelName": ModelName}

    def create_endpoint_config(self, **given: Any) -> None:
        self.configs[given["EndpointConfigName"]] = given

    def update_endpoint(self, **given: Any) -> None:
        self.updates.append(given)
        self._pending = given["EndpointConfigName"]
