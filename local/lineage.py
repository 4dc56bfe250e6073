"""`make lineage`: from a stored forecast back to its model, and to the data and code of which that was made."""

import argparse
import datetime as dt
import sys
from collections.abc import Iterator, Sequence

from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.domain.forecasts import Forecast
from geoclimate.services.trace_forecast import Lineage, trace_forecast
from local.command import run_command
from local.models import described
from local.place import STAGE
from local.registry import TARGET, registry_of
from local.target import Target


def main(arguments: Sequence[str] | None = None) -> int:
    """Print where a forecast came from."""
    options = _parsed(arguments)
    return run_command(options.stage, lambda target: print(told(target, options.station, options.issue)))


def told(target: Target, station: str, issue_time: dt.datetime | None) -> str:
    """The lineage of a forecast in lines for people.

    Raises:
        NoForecast: There is no such forecast.
        IntegrityError: The registry does not know the model that the forecast names.
    """
    outputs = target.outputs()
    tables = outputs["ForecastsTableName"], outputs["VerificationTableName"]
    forecasts = DynamoForecastStore(target.client("dynamodb"), *tables)
    found = trace_forecast(forecasts, registry_of(target, outputs), station, TARGET, issue_time)
    return "\n".join(_lines(found))


def _lines(found: Lineage) -> Iterator[str]:
    yield from _issued(found.forecast)
    yield ""
    yield from described(found.model, found.decisions)


def _issued(forecast: Forecast) -> Iterator[str]:
    yield f"{'forecast':<12}{forecast.parameter} at {forecast.station}, issued {forecast.issue_time:%Y-%m-%dT%H:%M:%SZ}"
    yield f"{'made':<12}{forecast.made_at:%Y-%m-%dT%H:%M:%SZ} by {forecast.engine}"


def _instant(text: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no issue time: write 2014-01-31T05:00:00Z") from None
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no time zone: write 2014-01-31T05:00:00Z")
    return instant


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.lineage", description=__doc__)
    parser.add_argument("--station", required=True, help="station id")
    parser.add_argument("--issue", type=_instant, help="issue time, 2014-01-31T05:00:00Z; the newest otherwise")
    parser.add_argument("--stage", default=STAGE, help="local, or a stage in the account of your credentials")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
