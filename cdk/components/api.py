"""The REST API: who you are (Cognito), what you pay for (API key and usage plan), and the functions behind it."""

import json
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.components.access import acknowledge
from cdk.components.api_functions import accounts_function, reading_function, work_function
from cdk.components.function import PythonFunction, log_group_of
from cdk.components.identity import Identity
from cdk.components.jobs import Jobs
from cdk.components.layers import Layers
from cdk.components.privacy import Privacy
from cdk.components.storage import Storage
from cdk.components.training import Training
from cdk.config import USAGE_PLANS, Stage
from geoclimate.contracts.gateway_problems import GATEWAY_PROBLEMS, gateway_headers, gateway_template
from geoclimate.contracts.gateway_routes import GATEWAY_ROUTES

_OPEN: Final = "Health, docs, signing in and receipts, whose ids are secret, are open to everybody."
_SECONDS_A_MINUTE: Final = 60

# No token, no key and no header but the agent: an access log must not be worth stealing.
_ACCESS_LOG: Final = {
    "request_id": "$context.requestId",
    "time": "$context.requestTime",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "response_bytes": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "integration_ms": "$context.integrationLatency",
    "source_ip": "$context.identity.sourceIp",
    "user_agent": "$context.identity.userAgent",
    "api_key_id": "$context.identity.apiKeyId",
    "subject": "$context.authorizer.claims.sub",
    "error_type": "$context.error.responseType",
}


class Api(Construct):
    """The API and its usage plans.

    Attributes:
        reading: The function that reads.
        accounts: The function of what concerns accounts.
        work: The function of predictions, jobs, uploads and models.
        rest: The gateway's API.
        keys: One API key a usage plan; its value is generated and never in the template.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        layers: Layers,
        storage: Storage,
        identity: Identity,
        training: Training,
        jobs: Jobs,
        privacy: Privacy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.rest = self._rest_api(stage)
        self.reading = reading_function(self, stage=stage, layers=layers, storage=storage)
        self.accounts = accounts_function(
            self,
            stage=stage,
            layers=layers,
            storage=storage,
            identity=identity,
            privacy=privacy,
            rest=self.rest,
        )
        self.work = work_function(self, stage=stage, layers=layers, storage=storage, training=training, jobs=jobs)
        self._routes(identity, stage)
        self._gateway_responses(stage)
        self.keys = {name: self._usage_plan(stage, name) for name in USAGE_PLANS}

    @property
    def functions(self) -> tuple[PythonFunction, ...]:
        """All functions behind the gateway."""
        return self.reading, self.accounts, self.work

    def _rest_api(self, stage: Stage) -> apigateway.RestApi:
        rest = apigateway.RestApi(
            self,
            "Rest",
            rest_api_name=f"{stage.prefix}-api",
            description="Air quality: what it is, what it will be, and how sure that is",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            api_key_source_type=apigateway.ApiKeySourceType.HEADER,
            # The gateway writes its logs with one role an account and region.
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=cdk.RemovalPolicy.DESTROY,
            deploy_options=apigateway.StageOptions(
                stage_name=stage.name,
                throttling_rate_limit=stage.api_rate,
                throttling_burst_limit=stage.api_burst,
                access_log_destination=apigateway.LogGroupLogDestination(log_group_of(self, "AccessLog", stage)),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(_ACCESS_LOG)),
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,
                metrics_enabled=True,
                tracing_enabled=stage.tracing,
            ),
        )
        # Its output says the same as the stack's own.
        rest.node.try_remove_child("Endpoint")
        acknowledge(
            rest,
            "The account's one role for the gateway's logs; AWS keeps this policy to exactly that.",
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AmazonAPIGatewayPushToCloudWatchLogs]",
        )
        acknowledge(rest, "FastAPI validates every request and names what is wrong.", "AwsSolutions-APIG2")
        acknowledge(
            rest,
            "Keys, tokens, usage plans and the stage's throttle bound every caller; a web ACL is the team's choice.",
            "AwsSolutions-APIG3",
        )
        return rest

    def _routes(self, identity: Identity, stage: Stage) -> None:
        integrations = {
            name: apigateway.LambdaIntegration(function.target, proxy=True, allow_test_invoke=False)
            for name, function in (("api", self.reading), ("accounts", self.accounts), ("work", self.work))
        }
        authorizer = apigateway.CognitoUserPoolsAuthorizer(
            self, "Token", cognito_user_pools=[identity.pool], results_cache_ttl=cdk.Duration.minutes(5)
        )
        for route in GATEWAY_ROUTES:
            resource = self.rest.root.resource_for_path(route.path)
            # ANY: a method that a path does not serve is answered by the API itself, as a problem.
            if stage.allowed_origins:
                # A browser asks without token and key whether a page may ask with them.
                preflight = resource.add_method("OPTIONS", integrations[route.function])
                acknowledge(preflight, _OPEN, "AwsSolutions-APIG4", "AwsSolutions-COG4")
            method = "ANY" if route.path.startswith(("/v1", "/edr")) else "GET"
            if route.access == "open":
                opened = resource.add_method(method, integrations[route.function])
                acknowledge(opened, _OPEN, "AwsSolutions-APIG4", "AwsSolutions-COG4")
                continue
            resource.add_method(
                method,
                integrations[route.function],
                authorization_type=apigateway.AuthorizationType.COGNITO,
                authorizer=authorizer,
                api_key_required=route.access == "token and key",
            )

    def _gateway_responses(self, stage: Stage) -> None:
        for response_type, problem in GATEWAY_PROBLEMS.items():
            self.rest.add_gateway_response(
                f"Response{response_type.title().replace('_', '')}",
                type=apigateway.ResponseType.of(response_type),
                status_code=None if problem.status is None else str(problem.status),
                templates={"application/json": gateway_template(problem)},
                response_headers=gateway_headers(problem, cross_origin=bool(stage.allowed_origins)),
            )

    def _usage_plan(self, stage: Stage, name: str) -> apigateway.IApiKey:
        figures = USAGE_PLANS[name]
        plan = self.rest.add_usage_plan(
            f"Plan{name.capitalize()}",
            # The accounts function looks for it by this name.
            name=f"{stage.prefix}-{name}",
            description=f"{figures.per_minute} requests a minute, {figures.per_day} a day",
            throttle=apigateway.ThrottleSettings(
                rate_limit=round(figures.per_minute / _SECONDS_A_MINUTE, 2), burst_limit=figures.burst
            ),
            quota=apigateway.QuotaSettings(limit=figures.per_day, period=apigateway.Period.DAY),
            api_stages=[apigateway.UsagePlanPerApiStage(api=self.rest, stage=self.rest.deployment_stage)],
        )
        key = self.rest.add_api_key(f"Key{name.capitalize()}", description=f"First key of the {name} plan")
        plan.add_api_key(key)
        return key
