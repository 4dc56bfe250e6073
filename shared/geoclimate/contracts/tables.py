"""Keys of the DynamoDB tables, used by the adapters and by the stack.

| table | partition key `pk` | sort key `sk` | one item |
|---|---|---|---|
| observations | `<station>#<parameter>` | UTC day, `2014-01-31` | a packed day of observations, with its past |
| forecasts | `<station>#<parameter>` | issue time, `2014-01-31T05:00:00Z` | one forecast |
| stations | `STATION` | station id | one station with its series |
| files | SHA-256 of the content | `FILE` | a file that was taken in whole |
| models | parameter code | `VERSION#<version>` | a model's record |
| models | parameter code | `PRODUCTION` | the pointer to the version in production |
| models | parameter code | `DECISION#<time>#<version>#<stage>` | an entry of the audit log, never changed |
| circuits | name of the service | `CIRCUIT` | the state of a circuit breaker |

The stations table has one index, `places`, of partition key `pk` and sort key `place`: `<geohash>#<station id>`.
"""

import datetime as dt
from typing import Final

PARTITION_KEY: Final = "pk"
SORT_KEY: Final = "sk"

STATIONS_PARTITION: Final = "STATION"
PLACES_INDEX: Final = "places"
PLACE_KEY: Final = "place"
"""Sort key of the index, see `geoclimate.domain.stations.place_key`."""
FILE_SORT_KEY: Final = "FILE"
PRODUCTION_SORT_KEY: Final = "PRODUCTION"
VERSION_PREFIX: Final = "VERSION#"
DECISION_PREFIX: Final = "DECISION#"
CIRCUIT_SORT_KEY: Final = "CIRCUIT"


def series_partition(station: str, parameter: str) -> str:
    """Partition key of a series in the observations and forecasts tables."""
    return f"{station}#{parameter}"


def day_sort_key(day: dt.date) -> str:
    """Sort key of one UTC day of observations."""
    return day.isoformat()


def issue_sort_key(issue_time: dt.datetime) -> str:
    """Sort key of one forecast; sorts by time."""
    return issue_time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def version_sort_key(version: str) -> str:
    """Sort key of one model version."""
    return f"{VERSION_PREFIX}{version}"


def decision_sort_key(decided_at: dt.datetime, version: str, stage: str) -> str:
    """Sort key of one decision of the model registry; sorts by time."""
    moment = decided_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"{DECISION_PREFIX}{moment}#{version}#{stage}"
