"""Keys of the DynamoDB tables, used by the adapters and by the stack.

| table | partition key `pk` | sort key `sk` | one item |
|---|---|---|---|
| observations | `<station>#<parameter>` | UTC day, `2014-01-31` | a packed day of observations, with its past |
| forecasts | `<station>#<parameter>` | issue time, `2014-01-31T05:00:00Z` | the first forecast of an issue time |
| forecasts | `<station>#<parameter>` | `<issue time>#<made at>` | another one of the same issue time |
| weather | `station#<station>` or `point#<latitude>,<longitude>` | issue time | a run of a weather forecast, packed |
| weather | `POINTS` | `<geohash>#<latitude>,<longitude>` | a grid point that has runs |
| stations | `STATION` | station id | one station with its series |
| files | SHA-256 of the content | `FILE` | a file that was taken in whole |
| models | parameter code | `VERSION#<version>` | a model's record |
| models | parameter code | `PRODUCTION` | the pointer to the version in production |
| models | parameter code | `DECISION#<time>#<version>#<stage>` | an entry of the audit log, never changed |
| models | parameter code | `TRAINING` | the execution of the training workflow that had the last turn |
| circuits | name of the service | `CIRCUIT` | the state of a circuit breaker |
| verification | `<station>#<parameter>` | `SKILL#<month>`, `SKILL#2014-01` | sums of scores of a month's forecasts |
| verification | `WAITING` | `<end of the last hour>#<station>#<parameter>#<issue time>` | a forecast to be scored |
| verification | `AWAITED` | `<station>#<parameter>` | hours whose truth was not there when it was looked for |
| verification | `UNARCHIVED` | `<made at>#<station>#<parameter>#<sort key>` | a forecast that is not in the lake yet |
| verification | `LAKE` | `BATCH` | the batch of forecasts that goes to the lake now |
| verification | `CALIBRATION#<parameter>` | `<model version>#<engine>` | what the online calibration has learned |
| accounts | `ACCOUNT#<account>` | `PROFILE` | an account |
| accounts | `ACCOUNT#<account>` | `PLAN` | the account's usage plan, and how many keys it has |
| accounts | `ACCOUNT#<account>` | `KEY#<key id>` | a key, `gateway_key` the gateway's id of it; its value is nowhere |
| accounts | `ACCOUNT#<account>` | `RECEIPT#<id>` | how far an export of the account is |
| accounts | `ACCOUNT#<account>` | `ERASURE` | the account is being erased, or was erased within the life of a token |
| accounts | `KEY#<gateway's key id>` | `KEY` | whose key it is |
| accounts | `EXPIRING` | `<end>#<gateway's key id>` | a key that ends by itself; names no account |
| accounts | `RECEIPT#<SHA-256 of the id>` | `RECEIPT` | how far an erasure is; names no account |
| usage | account | `DAY#2014-01-31` | what an account used on a UTC day |
| requests | account | `IDEMPOTENCY#<key>` | what was answered to a request that may come twice |
| audit | `CHAIN#<chain>`, `CHAIN#07` | sequence, 12 digits | an entry of the audit log, never changed |
| audit | `HEAD` | `CHAIN#<chain>` | where a chain stands |
| jobs | account | `JOB#<id>` | a job |
| jobs | account | `JOBS` | how many jobs were begun, so that two requests do not both begin the last one allowed |
| jobs | account | `UPLOAD#<id>` | an upload |

Everything that is kept of an account lies in its partition of the accounts, usage, requests and jobs tables, or carries
the attribute `account`; `docs/privacy.md` says how it is exported and erased. An account is the subject of its tokens.

The stations table has two indexes: `places`, of partition key `pk` and sort key `place`, `<geohash>#<station id>`; and
`countries`, of partition key `country`, ISO 3166-1 alpha-2, and sort key `sk`, the station id. The audit table has two,
`actors` and `days`, of partition key `actor` (a pseudonym) or `day`, and sort key `moment`.
"""

import datetime as dt
from typing import Final

from geoclimate.domain.weather_forecasts import ForecastPlace

PARTITION_KEY: Final = "pk"
SORT_KEY: Final = "sk"
EXPIRES_AT: Final = "expires_at"
"""Seconds since 1970 after which DynamoDB deletes an item of a table whose items expire."""

STATIONS_PARTITION: Final = "STATION"
PLACES_INDEX: Final = "places"
PLACE_KEY: Final = "place"
"""Sort key of the index, see `geoclimate.domain.stations.place_key`."""
COUNTRIES_INDEX: Final = "countries"
COUNTRY_KEY: Final = "country"
"""Partition key of the index; a station that is in no country has no such attribute, and is not in it."""
AUDIT_HEADS_PARTITION: Final = "HEAD"
ACTORS_INDEX: Final = "actors"
ACTOR_KEY: Final = "actor"
DAYS_INDEX: Final = "days"
DAY_KEY: Final = "day"
MOMENT_KEY: Final = "moment"
"""Sort key of both indexes of the audit table, see `geoclimate.domain.audit.Entry.moment`."""
POINTS_PARTITION: Final = "POINTS"
FILE_SORT_KEY: Final = "FILE"
PRODUCTION_SORT_KEY: Final = "PRODUCTION"
VERSION_PREFIX: Final = "VERSION#"
DECISION_PREFIX: Final = "DECISION#"
TRAINING_SORT_KEY: Final = "TRAINING"
CIRCUIT_SORT_KEY: Final = "CIRCUIT"
SKILL_PREFIX: Final = "SKILL#"
WAITING_PARTITION: Final = "WAITING"
AWAITED_PARTITION: Final = "AWAITED"
UNARCHIVED_PARTITION: Final = "UNARCHIVED"
LAKE_PARTITION: Final = "LAKE"
LAKE_BATCH_SORT_KEY: Final = "BATCH"
PROFILE_SORT_KEY: Final = "PROFILE"
ERASURE_SORT_KEY: Final = "ERASURE"
RECEIPT_SORT_KEY: Final = "RECEIPT"
KEY_INDEX_SORT_KEY: Final = "KEY"
KEY_PREFIX: Final = "KEY#"
PLAN_SORT_KEY: Final = "PLAN"
EXPIRING_KEYS_PARTITION: Final = "EXPIRING"
GATEWAY_KEY: Final = "gateway_key"
"""Attribute of a key's item: the gateway's id of the key."""
IDEMPOTENCY_PREFIX: Final = "IDEMPOTENCY#"
RECEIPT_PREFIX: Final = "RECEIPT#"
DAY_PREFIX: Final = "DAY#"
JOB_PREFIX: Final = "JOB#"
JOBS_SORT_KEY: Final = "JOBS"
UPLOAD_PREFIX: Final = "UPLOAD#"


def series_partition(station: str, parameter: str) -> str:
    """Partition key of a series in the observations, forecasts and verification tables."""
    return f"{station}#{parameter}"


def weather_partition(place: ForecastPlace) -> str:
    """Partition key of the runs for a station or a grid point; the sort key is that of their issue time."""
    return place.key


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


def reissue_sort_key(issue_time: dt.datetime, made_at: dt.datetime) -> str:
    """Sort key of a further forecast of an issue time; sorts behind the first one of that issue time."""
    return f"{issue_sort_key(issue_time)}#{made_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def skill_sort_key(month: dt.date) -> str:
    """Sort key of the sums of the forecasts that were issued in a month, UTC."""
    return f"{SKILL_PREFIX}{month:%Y-%m}"


def calibration_partition(parameter: str) -> str:
    """Partition key of what the online calibration learned about a parameter's models."""
    return f"CALIBRATION#{parameter}"


def account_partition(account: str) -> str:
    """Partition key of an account in the accounts table; in the other tables of accounts it is the account itself."""
    return f"ACCOUNT#{account}"


def key_sort_key(key_id: str) -> str:
    """Sort key of one key of an account."""
    return f"{KEY_PREFIX}{key_id}"


def key_index_partition(gateway_key_id: str) -> str:
    """Partition key of the item that says whose key the gateway has seen."""
    return f"{KEY_PREFIX}{gateway_key_id}"


def expiring_key_sort_key(ends_at: dt.datetime, gateway_key_id: str) -> str:
    """Sort key of a key that ends by itself; sorts by its end."""
    return f"{ends_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{gateway_key_id}"


def idempotency_sort_key(key: str) -> str:
    """Sort key of what was answered to a request of an account that may come twice."""
    return f"{IDEMPOTENCY_PREFIX}{key}"


def receipt_sort_key(receipt: str) -> str:
    """Sort key of the receipt of an export, in its account's partition."""
    return f"{RECEIPT_PREFIX}{receipt}"


def erasure_receipt_partition(digest: str) -> str:
    """Partition key of the receipt of an erasure, by the SHA-256 of its id: who reads the table cannot ask for it."""
    return f"{RECEIPT_PREFIX}{digest}"


def usage_sort_key(day: dt.date) -> str:
    """Sort key of what an account used on a UTC day."""
    return f"{DAY_PREFIX}{day.isoformat()}"


def audit_chain_key(chain: int) -> str:
    """Partition key of a chain of the audit log, and sort key of its head."""
    return f"CHAIN#{chain:02d}"


def audit_sort_key(sequence: int) -> str:
    """Sort key of an entry of the audit log; sorts by its place in the chain."""
    return f"{sequence:012d}"
