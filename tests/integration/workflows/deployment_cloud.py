"""An endpoint, its alarms and the registry, as the deployment workflow sees them."""

from typing import Any

from geoclimate.contracts.events import ForecastTrigger
from geoclimate.contracts.workflows import PromoteRequest, SmokeRequest

from .conftest import TaskError

OLD = "geoclimate-test-20250101-000000-aaaaaaaa"
NEW = "geoclimate-test-20260131-050607-bbbbbbbb"
MISSING = TaskError(
    "SageMaker.SageMakerException", 'Could not find endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/e".'
)
ALARMS: tuple[str, ...] = ("ErrorsAlarm", "ModelErrorsAlarm", "LatencyAlarm")


class Cloud:
    """What the deployment's tasks talk to.

    Attributes:
        errors: Which tasks fail, and how: by the task's name, or `smoke:Canary`, `smoke:None`, `promote`, `retire`,
            `stage`, `update:canary`, `update:<version>`.
        refuses: Configurations that SageMaker begins to deploy and goes back from.
        freezes: Configurations whose deployment never ends.
        alarm_at: The look at which an alarm rings.
    """

    def __init__(self, serving: str | None = OLD, status: str = "InService") -> None:
        self.config = serving
        self.status = status
        self.configs: dict[str, list[dict[str, Any]]] = {OLD: [_variant("AllTraffic", OLD, 1)]}
        self.errors: dict[str, TaskError] = {}
        self.refuses: set[str] = set()
        self.freezes: set[str] = set()
        self.alarm_at: int | None = None
        self.alarms = ALARMS
        self.looks = 0
        self.decisions: list[str] = []
        self.reasons: list[str] = []
        self.shown: list[str] = []
        self._next: str | None = None

    def tasks(self) -> dict[str, Any]:
        return {
            "describeEndpoint": self._or_fail("describeEndpoint", self.describe),
            "describeEndpointConfig": self._or_fail("describeEndpointConfig", self.describe_config),
            "PromoteFunctionArn": self.promote,
            "createModel": self._or_fail("createModel", lambda _: {"ModelArn": "arn"}),
            "createEndpointConfig": self.create_config,
            "createEndpoint": self._or_fail("createEndpoint", self.create),
            "updateEndpoint": self.update,
            "deleteEndpoint": self._or_fail("deleteEndpoint", self.delete),
            "describeAlarms": self._or_fail("describeAlarms", self.look),
            "SmokeFunctionArn": self.smoke,
            "ForecastFunctionArn": self._or_fail("ForecastFunctionArn", self.forecast),
        }

    def _or_fail(self, name: str, task: Any) -> Any:
        def run(given: dict[str, Any]) -> Any:
            self._fail(name)
            return task(given)

        return run

    def _fail(self, *names: str) -> None:
        for name in names:
            if name in self.errors:
                raise self.errors[name]

    def traffic(self) -> dict[str, float]:
        """Which model has which weight of what the endpoint serves."""
        assert self.config is not None
        return {each["ModelName"]: each["InitialVariantWeight"] for each in self.configs[self.config]}

    def promote(self, given: dict[str, Any]) -> dict[str, Any]:
        request = PromoteRequest.model_validate(given)
        self._fail(request.decision)
        assert request.who.endswith(":execution:deployment.asl.json:run-1")
        self.decisions.append(request.decision)
        self.reasons.append(request.reason)
        return {"version": request.version, "stage": "production"}

    def create_config(self, given: dict[str, Any]) -> dict[str, Any]:
        name = given["EndpointConfigName"]
        self._fail("config:version" if name == NEW else "config:canary")
        self.configs[name] = given["ProductionVariants"]
        return {"EndpointConfigArn": "arn"}

    def describe_config(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"ProductionVariants": self.configs[given["EndpointConfigName"]]}

    def describe(self, _given: dict[str, Any]) -> dict[str, Any]:
        if self.config is None:
            raise MISSING
        answer: dict[str, Any] = {"EndpointStatus": self.status, "EndpointConfigName": self.config}
        if self.status == "Deleting":
            self.config = None
        elif self.status in {"Creating", "Updating"} and self._next is not None and self._next not in self.freezes:
            self._settle(answer)
        self.shown.append(answer["EndpointStatus"])
        return answer

    def _settle(self, answer: dict[str, Any]) -> None:
        assert self._next is not None
        if self._next in self.refuses:
            answer["EndpointStatus"] = self.status = "Failed" if self.status == "Creating" else "InService"
            answer["FailureReason"] = "the container did not answer its ping"
        else:
            self.config, self.status = self._next, "InService"
        self._next = None

    def create(self, given: dict[str, Any]) -> dict[str, Any]:
        assert self.config is None
        self.config = self._next = given["EndpointConfigName"]
        self.status = "Creating"
        return {"EndpointArn": "arn"}

    def update(self, given: dict[str, Any]) -> dict[str, Any]:
        name = given["EndpointConfigName"]
        self._fail(f"update:{name}", "update:canary" if "-canary-" in name else "")
        if self.status != "InService":
            raise TaskError("SageMaker.SageMakerException", "Cannot update in-progress endpoint")
        assert name != self.config, "SageMaker refuses an update to what it serves already"
        assert given["RetainAllVariantProperties"] is True
        assert given["ExcludeRetainedVariantProperties"] == [{"VariantPropertyType": "DesiredWeight"}]
        self.status, self._next = "Updating", name
        return {"EndpointArn": "arn"}

    def delete(self, _given: dict[str, Any]) -> dict[str, Any]:
        self.status = "Deleting"
        return {}

    def smoke(self, given: dict[str, Any]) -> dict[str, Any]:
        request = SmokeRequest.model_validate(given)
        assert self.config is not None
        names = {each["VariantName"] for each in self.configs[self.config]}
        assert request.variant in names if request.variant else names == {"AllTraffic"}
        self._fail(f"smoke:{request.variant}")
        return {"version": given["version"], "windows": 2}

    def look(self, given: dict[str, Any]) -> dict[str, Any]:
        assert tuple(given["AlarmNames"]) == ALARMS
        self.looks += 1
        ringing = self.alarm_at is not None and self.looks >= self.alarm_at
        states = ["INSUFFICIENT_DATA", "ALARM" if ringing else "OK", "OK"]
        return {
            "MetricAlarms": [
                {"AlarmName": name, "StateValue": state} for name, state in zip(self.alarms, states, strict=False)
            ]
        }

    def forecast(self, given: dict[str, Any]) -> dict[str, Any]:
        assert ForecastTrigger.model_validate(given).request().stations is None
        return {"written": 2, "skipped": {}, "model_version": self.config}


def _variant(name: str, model: str, weight: float) -> dict[str, Any]:
    return {"VariantName": name, "ModelName": model, "InitialVariantWeight": weight}
