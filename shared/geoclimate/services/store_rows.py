"""Where the rows of a file go: into the stores, or, for a preview, nowhere but into a comparison with them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.blocks import Batch
from geoclimate.columnar.columns import ObservationColumns
from geoclimate.contracts.report import Difference
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import Refusal
from geoclimate.services.merge_outcome import DifferingObservation, MergeCounts
from geoclimate.services.ports import Lake, ObservationStore
from geoclimate.services.store_refusals import RefusalStorage

MERGED_AT_ONCE: Final = 60_000
"""Observations that are objects at once, on their way to the store: about 30 MB."""
MOST_DIFFERENCES: Final = 100
"""Differences that a preview's report lists; beyond them only the counts go on."""
_DAY_MICROSECONDS: Final = 86_400_000_000


class RowSink(Protocol):
    """Takes what a file's rows came to."""

    def take(self, batch: Batch) -> MergeCounts:
        """Take a batch of rows; says what they change."""
        ...

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Take rows that are refused."""
        ...

    def finish(self) -> None:
        """Nothing more comes."""
        ...


class RowStorage:
    """Stores rows: all of them in the lake, and what is served in the hot store. Implements `RowSink`."""

    def __init__(self, lake: Lake, observations: ObservationStore, delivery: Delivery) -> None:
        self._lake = lake
        self._observations = observations
        self._delivery = delivery
        self._refusals = RefusalStorage(lake, delivery)

    def take(self, batch: Batch) -> MergeCounts:
        """Store a batch.

        Raises:
            Unavailable: The lake or the store does not answer.
        """
        self._lake.write(batch, self._delivery)
        return _in_parts(batch, self._observations.merge, self._delivery)

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Keep refused rows in the lake, as delivered.

        Raises:
            Unavailable: The lake does not answer.
        """
        self._refusals.add(refusals)

    def finish(self) -> None:
        """Write what is left.

        Raises:
            Unavailable: The lake does not answer.
        """
        self._refusals.finish()


class RowPreview:
    """Compares rows with what is stored, and stores nothing. Implements `RowSink`.

    Attributes:
        differences: The first intervals to which the file gives another value than is served.
    """

    def __init__(self, observations: ObservationStore, delivery: Delivery) -> None:
        self.differences: list[Difference] = []
        self._observations = observations
        self._delivery = delivery

    def take(self, batch: Batch) -> MergeCounts:
        """Compare a batch.

        Raises:
            Unavailable: The store does not answer.
        """
        return _in_parts(batch, self._compare, self._delivery)

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Pass over refused rows: the report lists them."""

    def finish(self) -> None:
        """Nothing is left."""

    def _compare(self, observations: Iterable[Observation]) -> MergeCounts:
        comparison = self._observations.compare(observations, MOST_DIFFERENCES - len(self.differences))
        self.differences.extend(map(_difference, comparison.differences))
        return comparison.counts


def _difference(found: DifferingObservation) -> Difference:
    stored, incoming = found.stored, found.incoming
    return Difference(
        station=incoming.station,
        parameter=incoming.parameter,
        instrument=incoming.instrument,
        start=incoming.start,
        end=incoming.end,
        stored_value=stored.value,
        stored_flag=stored.flag,
        stored_digest=stored.file_digest,
        value=incoming.value,
        flag=incoming.flag,
        line=incoming.line,
        would_replace=found.would_replace,
    )


def _in_parts(batch: Batch, handle: Callable[[Iterable[Observation]], MergeCounts], delivery: Delivery) -> MergeCounts:
    """Hand a batch's rows on as objects, a bounded number at once and each day of a station's parameter whole.

    The store keeps such a day in one item, so a day that came in two parts would be written twice.
    """
    rows = batch.columns
    if not len(rows):
        return MergeCounts()
    days = _item_days(rows)
    order = np.argsort(days, kind="stable")
    days = days[order]
    ends = np.append(np.flatnonzero(days[1:] != days[:-1]) + 1, len(days))
    counts = MergeCounts()
    begin = 0
    while begin < len(days):
        # The last whole day that fits, or one day where a single one is more.
        place = max(
            int(np.searchsorted(ends, begin + MERGED_AT_ONCE, "right")) - 1, int(np.searchsorted(ends, begin, "right"))
        )
        end = int(ends[place])
        counts += handle(rows.take(order[begin:end]).observations(delivery))
        begin = end
    return counts


def _item_days(rows: ObservationColumns) -> npt.NDArray[np.int64]:
    """A number for each row that is the same for rows of one station, parameter and UTC day, and for no others."""
    numbers: dict[tuple[str, str], int] = {}
    by_monitor = np.asarray(
        [numbers.setdefault((each.station, each.parameter), len(numbers)) for each in rows.vocabulary.monitors],
        np.int64,
    )
    days = rows.start // _DAY_MICROSECONDS
    first = int(days.min())
    return by_monitor[rows.monitor] * (int(days.max()) - first + 1) + (days - first)
