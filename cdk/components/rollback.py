"""How a model that was in production comes back there."""

from constructs import Construct

from cdk.components.access import allow
from cdk.components.function import PythonFunction
from cdk.components.sagemaker_access import sagemaker_arn
from cdk.components.workflow import Workflow
from cdk.config import FORECAST_TARGET, Stage


class Rollback(Construct):
    """The rollback workflow.

    Attributes:
        workflow: The state machine.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        promote: PythonFunction,
        smoke: PythonFunction,
        forecast: PythonFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        self.workflow = Workflow(
            self,
            "Workflow",
            stage=stage,
            file="rollback.asl.json",
            description="Puts a model that was in production back there",
            substitutions={
                "EndpointName": stage.endpoint_name,
                "ForecastFunctionArn": forecast.function.function_arn,
                "NamePrefix": stage.prefix,
                "PromoteFunctionArn": promote.function.function_arn,
                "SmokeFunctionArn": smoke.function.function_arn,
                "Target": FORECAST_TARGET,
            },
            functions=[promote, smoke, forecast],
        )
        endpoint = sagemaker_arn(self, "endpoint", stage.endpoint_name)
        config = sagemaker_arn(self, "endpoint-config", f"{stage.prefix}-*")
        allow(self.workflow.role, ["sagemaker:DescribeEndpoint"], [endpoint])
        allow(
            self.workflow.role,
            ["sagemaker:DescribeEndpointConfig"],
            [config],
            wildcard_reason="A configuration is named by its version, under the stage's prefix.",
        )
        allow(self.workflow.role, ["sagemaker:UpdateEndpoint"], [endpoint, config])
