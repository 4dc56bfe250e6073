"""Bringing forecasts to the lake."""

import datetime as dt
from collections.abc import Sequence

import pytest

from geoclimate.domain.errors import Unavailable
from geoclimate.domain.forecasts import Forecast
from geoclimate.services.archive_forecasts import archive_forecasts
from geoclimate.services.verification_ports import LakeBatch
from tests.api_fakes import NOW
from tests.verification_fakes import issued

UNTIL = NOW + dt.timedelta(minutes=1)


class Queue:
    """A queue whose batches hold two."""

    def __init__(self, forecasts: Sequence[Forecast]) -> None:
        self.left = list(forecasts)
        self.begun: LakeBatch | None = None
        self.version = 0

    def take(self, most: int) -> LakeBatch | None:
        assert most > 0
        if self.begun is None and self.left:
            self.version += 1
            self.begun = LakeBatch(f"batch-{self.version}", tuple(self.left[:2]), self.version)
        return self.begun

    def finish(self, batch: LakeBatch) -> None:
        del self.left[: len(batch.forecasts)]
        self.begun = None


class Lake:
    """Files by name; refuses one write where told to."""

    def __init__(self) -> None:
        self.files: dict[str, Sequence[Forecast]] = {}
        self.refuses = False

    def write(self, name: str, forecasts: Sequence[Forecast]) -> None:
        self.files[name] = forecasts
        if self.refuses:
            raise Unavailable("S3 does not answer")


def test_everything_that_waits_is_written_in_batches() -> None:
    made, lake = [issued(age) for age in range(5)], Lake()
    assert archive_forecasts(Queue(made), lake, lambda: NOW, UNTIL) == (5, True)
    assert [len(rows) for rows in lake.files.values()] == [2, 2, 1]
    assert [one for rows in lake.files.values() for one in rows] == made


def test_a_batch_that_broke_off_is_written_again_under_its_name() -> None:
    made, lake = [issued(age) for age in range(3)], Lake()
    queue = Queue(made)
    lake.refuses = True
    with pytest.raises(Unavailable):
        archive_forecasts(queue, lake, lambda: NOW, UNTIL)
    lake.refuses = False
    assert archive_forecasts(queue, lake, lambda: NOW, UNTIL) == (3, True)
    assert [one for rows in lake.files.values() for one in rows] == made


def test_what_does_not_fit_into_the_time_is_left() -> None:
    assert archive_forecasts(Queue([issued()]), Lake(), lambda: UNTIL, UNTIL) == (0, False)
