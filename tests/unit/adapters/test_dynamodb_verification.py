"""What waits for its truth, and the sums, in DynamoDB."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_calibrations import DynamoCalibrationStore
from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.adapters.dynamodb_skill import DynamoSkillStore
from geoclimate.adapters.dynamodb_verification import DynamoVerificationStore
from geoclimate.contracts.verification import VerifyRequest
from geoclimate.domain.awaited_hours import Awaited
from geoclimate.domain.verification import scores_of
from geoclimate.features.conformal import initial_state, to_bytes, updated
from geoclimate.services.verification_ports import (
    UNSTORED,
    Awaiting,
    CalibrationKey,
    SeriesKey,
    Settlement,
    SkillKey,
    Versioned,
)
from geoclimate.services.verify_forecasts import ForecastVerifier, Verified
from tests.api_fakes import EMBASSY, LAST, ObservationsInMemory, hourly
from tests.moto_tables import create_table
from tests.verification_fakes import HOUR, LEVELS, SERIES, World, issued

DECEMBER = SkillKey(SERIES, dt.date(2014, 12, 1))
KEY = CalibrationKey("pm25", "v1", "endpoint")
SUMS = scores_of(issued(), {1: 50.0})
STATE = initial_state(LEVELS, tuple(range(1, 25)))
AWAITING = Awaiting({LAST: Awaited(frozenset({3, 24}), LAST + 30 * HOUR)}, LAST + 31 * HOUR)


@pytest.fixture
def store(keyed_table: DynamoDBClient) -> DynamoVerificationStore:
    return DynamoVerificationStore(keyed_table, "t", sleep=lambda _: None)


@pytest.fixture
def forecasts(keyed_table: DynamoDBClient) -> DynamoForecastStore:
    create_table(keyed_table, "f")
    return DynamoForecastStore(keyed_table, "f", "t")


def test_what_waits_comes_by_the_end_of_its_last_hour(
    store: DynamoVerificationStore, forecasts: DynamoForecastStore
) -> None:
    forecasts.write([issued(0), issued(5), replace(issued(3), station="openaq-2")])
    found = store.waiting(LAST + 23 * HOUR, 10)
    assert [(one.forecast.series.station, one.forecast.issue_time, one.ends) for one in found] == [
        (EMBASSY.id, LAST - 5 * HOUR, LAST + 19 * HOUR),
        ("openaq-2", LAST - 3 * HOUR, LAST + 21 * HOUR),
    ]
    assert store.waiting(LAST + 23 * HOUR, 1) == found[:1]
    assert len(store.waiting(LAST + 24 * HOUR + dt.timedelta(seconds=1), 10)) == 3


def test_a_settlement_comes_to_pass_as_a_whole(
    store: DynamoVerificationStore, forecasts: DynamoForecastStore, keyed_table: DynamoDBClient
) -> None:
    forecasts.write([issued()])
    assert store.settle(
        Settlement(
            looked_at=store.waiting(LAST + 30 * HOUR, 10),
            skills={DECEMBER: Versioned(SUMS, UNSTORED)},
            awaiting={SERIES: Versioned(AWAITING, UNSTORED)},
            calibrations={KEY: Versioned(STATE, UNSTORED)},
        )
    )
    assert store.waiting(LAST + 30 * HOUR, 10) == []
    assert store.skills([DECEMBER]) == {DECEMBER: Versioned(SUMS, 1)}
    assert store.awaited_by([SERIES]) == {SERIES: Versioned(AWAITING, 1)}
    state = DynamoCalibrationStore(keyed_table, "t").read(KEY)
    assert state is not None
    assert (to_bytes(state.value), state.version) == (to_bytes(STATE), 1)


def test_a_settlement_over_another_version_changes_nothing(
    store: DynamoVerificationStore, forecasts: DynamoForecastStore
) -> None:
    forecasts.write([issued()])
    waiting = store.waiting(LAST + 30 * HOUR, 10)
    assert store.settle(Settlement(skills={DECEMBER: Versioned(SUMS, UNSTORED)}))
    stale = Settlement(looked_at=waiting, skills={DECEMBER: Versioned(SUMS, UNSTORED)})
    assert not store.settle(stale)
    assert store.waiting(LAST + 30 * HOUR, 10) == waiting
    assert store.settle(replace(stale, skills={DECEMBER: Versioned(SUMS, 1)}))
    assert store.skills([DECEMBER])[DECEMBER].version == 2


def test_a_forecast_is_settled_once(store: DynamoVerificationStore, forecasts: DynamoForecastStore) -> None:
    forecasts.write([issued()])
    settlement = Settlement(looked_at=store.waiting(LAST + 30 * HOUR, 10))
    assert store.settle(settlement)
    assert not store.settle(settlement)


def test_a_settlement_of_nothing_is_settled(store: DynamoVerificationStore) -> None:
    assert store.settle(Settlement())


def test_what_series_wait_for_comes_in_pages(store: DynamoVerificationStore) -> None:
    series = [SeriesKey(f"openaq-{n}", "pm25") for n in range(3)]
    store.settle(Settlement(awaiting={one: Versioned(AWAITING, UNSTORED) for one in series}))
    first = store.awaiting(None, 2)
    assert [key for key, _ in first] == series[:2]
    assert store.awaiting(series[1], 2) == [(series[2], Versioned(AWAITING, 1))]
    assert store.awaiting(series[2], 2) == []


def test_a_calibration_is_settled_over_the_version_that_was_read(
    store: DynamoVerificationStore, keyed_table: DynamoDBClient
) -> None:
    calibrations = DynamoCalibrationStore(keyed_table, "t")
    assert calibrations.read(KEY) is None
    assert store.settle(Settlement(calibrations={KEY: Versioned(STATE, UNSTORED)}))
    assert not store.settle(Settlement(calibrations={KEY: Versioned(STATE, UNSTORED)}))
    quantiles, high = np.array([issued().quantiles], dtype=np.float32), np.full((1, 24), 900.0, dtype=np.float32)
    moved = updated(STATE, "north", quantiles, high, 0)
    assert store.settle(Settlement(calibrations={KEY: Versioned(moved, 1)}))
    found = calibrations.read(KEY)
    assert found is not None
    assert (to_bytes(found.value), found.version) == (to_bytes(moved), 2)
    assert calibrations.read(replace(KEY, engine="onnx")) is None


def test_the_api_reads_the_newest_months_or_one(store: DynamoVerificationStore, keyed_table: DynamoDBClient) -> None:
    months = [dt.date(2014, 11, 1), dt.date(2014, 12, 1), dt.date(2015, 1, 1)]
    store.settle(Settlement(skills={SkillKey(SERIES, month): Versioned(SUMS, UNSTORED) for month in months}))
    skills = DynamoSkillStore(keyed_table, "t")
    assert skills.newest(SERIES, 2) == {months[2]: SUMS, months[1]: SUMS}
    assert skills.of_month(SERIES, months[0]) == SUMS
    assert skills.of_month(SERIES, dt.date(2013, 1, 1)) == {}
    assert skills.newest(SeriesKey(EMBASSY.id, "no2"), 2) == {}


def test_forecasts_are_verified_from_the_archive_to_the_api(
    store: DynamoVerificationStore, forecasts: DynamoForecastStore, keyed_table: DynamoDBClient
) -> None:
    """The same as in memory: what the use case does with these adapters."""
    now = LAST + 60 * HOUR
    truth = ObservationsInMemory(hourly(50, end=LAST + 20 * HOUR))
    verifier = ForecastVerifier(store, forecasts, truth, DynamoCalibrationStore(keyed_table, "t"), lambda: now)
    made = [issued(age) for age in range(30)]
    forecasts.write(made)
    in_memory = World(observations=truth, now=now)
    in_memory.issue(*made)
    assert verifier.verify(VerifyRequest(), now + HOUR) == in_memory.verifier.verify(VerifyRequest(), now + HOUR)
    truth.merge(hourly(4, end=LAST + 24 * HOUR))
    again = VerifyRequest(look_again=True)
    assert verifier.verify(again, now + HOUR) == in_memory.verifier.verify(again, now + HOUR)
    assert verifier.verify(again, now + HOUR) == Verified()
    assert DynamoSkillStore(keyed_table, "t").of_month(SERIES, DECEMBER.month) == in_memory.store.sums[DECEMBER].value
