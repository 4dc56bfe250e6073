"""Bring forecasts to the lake as they were issued, many in a file."""

import datetime as dt
from typing import Final

from geoclimate.services.ports import Clock
from geoclimate.services.verification_ports import ForecastLake, LakeQueue

BATCH: Final = 1_000
"""Forecasts in a batch; with their Parquet they take some 100 MB."""


def archive_forecasts(queue: LakeQueue, lake: ForecastLake, clock: Clock, until: dt.datetime) -> tuple[int, bool]:
    """Write what waits for the lake, batch by batch, until a time.

    A batch that somebody began and did not finish is written again under the same names, so its rows are there once.

    Returns:
        How many forecasts were written, and whether none is left.

    Raises:
        Unavailable: A store does not answer; the next run goes on with the same batch.
        IntegrityError: A stored forecast cannot be read.
    """
    archived = 0
    while clock() < until:
        batch = queue.take(BATCH)
        if batch is None:
            return archived, True
        lake.write(batch.name, batch.forecasts)
        queue.finish(batch)
        archived += len(batch.forecasts)
    return archived, False
