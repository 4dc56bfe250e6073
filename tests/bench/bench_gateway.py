"""`GET forecast` through the local gateway, with token and key, on a freshly deployed stack."""

import tempfile
from pathlib import Path

from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from local import cloud
from local.consumer import api_url, demo_consumer
from local.deployment import deploy
from local.place import Place
from tests.api_fakes import EMBASSY, forecast
from tests.bench import bench_api_warm
from tests.free_port import free_port


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(port=free_port(), folder=Path(folder))
        cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)
        try:
            outputs = deploy(place)
            dynamodb = place.session().client("dynamodb", endpoint_url=place.url)
            DynamoForecastStore(dynamodb, outputs["ForecastsTableName"], outputs["VerificationTableName"]).write(
                [forecast()]
            )
            consumer = demo_consumer(place, outputs)
            return bench_api_warm.run_gateway(api_url(place, outputs), consumer.token, consumer.key, station=EMBASSY.id)
        finally:
            cloud.stop(state_dir=place.state)
