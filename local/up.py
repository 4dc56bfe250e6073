"""`make up`: the whole platform on this machine, from nothing to a forecast.

Every step looks first at what is there: a second run changes nothing.
"""

import datetime as dt
import sys
from collections.abc import Callable
from typing import Any, Final

import httpx
from botocore.exceptions import BotoCoreError

from geoclimate.domain.errors import Unavailable
from local import cloud
from local.consumer import Consumer, api_url, demo_consumer
from local.demo.make_files import FILES, LOCATION_ID
from local.deployment import DeploymentError, deploy
from local.forecast_table import forecast_table
from local.place import Place
from local.progress import Step, step
from local.uploads import UploadError, drop_files
from local.workflow import WorkflowError, run_workflow

DEMO_STATION: Final = f"openaq-{LOCATION_ID}"
TARGET: Final = "pm25"
_OK: Final = 200


class ApiError(Exception):
    """The API did not answer as it should."""


def main() -> int:
    """Bring everything up and print the demo station's forecast; 1 with a clear message where a step fails."""
    try:
        place = Place.default()
        bring_up(place)
    except (cloud.CloudError, DeploymentError, UploadError, WorkflowError, ApiError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (BotoCoreError, httpx.TransportError, Unavailable) as error:
        print(
            f"error: the local cloud stopped answering ({error}); see cloud.log, then `make up` again", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        print("\nstopped; what runs goes on: `make down` stops it, `make up` continues", file=sys.stderr)
        return 130
    return 0


def bring_up(place: Place) -> None:
    """Cloud, stack, data, model, forecast: each only where it is missing."""
    with step("Starting the local cloud"):
        cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)
    with step("Deploying with the CDK"):
        outputs = deploy(place)
    with step("Taking the demo files in") as current:
        reports = drop_files(place, outputs, FILES, _count(current))
        current.detail = _taken(reports)
    consumer = demo_consumer(place, outputs)
    base = api_url(place, outputs)
    with step("Forecast of the demo station") as current:
        forecast = fetch_forecast(base, consumer)
        if forecast is None or reports:
            current.detail = "training first"
            train(place, outputs, _show(current))
            forecast = fetch_forecast(base, consumer)
        if forecast is None:
            raise ApiError(f"the training workflow ended well, but there is no forecast of {DEMO_STATION}")
        current.detail = ""
    print()
    print(forecast_table(forecast))
    print()
    print(_closing_words(place, outputs, base, consumer))


def train(place: Place, outputs: dict[str, str], shown: Callable[[str], None]) -> None:
    """Run the training workflow once."""
    name = f"up-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}"
    run_workflow(place, outputs["TrainingStateMachineArn"], name, {"target": TARGET}, shown)


def fetch_forecast(base: str, consumer: Consumer) -> dict[str, Any] | None:
    """The demo station's forecast through the gateway, or None where none was made yet.

    Raises:
        ApiError: Any other answer.
    """
    answer = httpx.get(
        f"{base}/v1/stations/{DEMO_STATION}/forecast",
        params={"parameter": TARGET},
        headers=consumer.headers(),
        timeout=30,
        trust_env=False,
    )
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    if answer.status_code != _OK:
        raise ApiError(f"GET {answer.request.url} answered {answer.status_code}: {answer.text[:500]}")
    body: dict[str, Any] = answer.json()
    return body


def _count(current: Step) -> Callable[[int, int], None]:
    def shown(there: int, wanted: int) -> None:
        current.detail = f"{there} of {wanted} reports"

    return shown


def _show(current: Step) -> Callable[[str], None]:
    def shown(state: str) -> None:
        current.detail = f"training: {state}"

    return shown


def _taken(reports: list[dict[str, Any]]) -> str:
    if not reports:
        return "nothing new"
    accepted = sum(report["rows"]["accepted"] for report in reports)
    refused = sum(report["rows"]["refused"] for report in reports)
    return f"{len(reports)} files, {accepted:,} rows accepted, {refused:,} refused"


def _closing_words(place: Place, outputs: dict[str, str], base: str, consumer: Consumer) -> str:
    curl = (
        f'curl -H "Authorization: Bearer {consumer.token}" -H "x-api-key: {consumer.key}" '
        f'"{base}/v1/stations/{DEMO_STATION}/forecast?parameter={TARGET}"'
    )
    folder = place.folder
    return "\n".join(
        [
            f"API     {base}",
            f"Docs    {base}/docs",
            f"Files   s3://{outputs['UploadsBucketName']}/ at {place.url} takes your own; key and secret are `test`",
            f"Users   user pool {outputs['UserPoolId']}; docs/deploy.md says how the first administrator is made",
            f"Logs    {folder / 'logs'} (cloud.log, cdk.log); the functions' own: CloudWatch Logs at {place.url}",
            f"Stop    make down (the state in {folder / 'state'} is kept)",
            "Try     (the token lasts half an hour; another `make up` prints a fresh one)",
            "",
            curl,
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
