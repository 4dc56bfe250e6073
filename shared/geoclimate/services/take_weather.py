"""From the blocks of a weather forecast to runs in the stores, or, for a preview, to a comparison with them."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np

from geoclimate.columnar.columns import time_at
from geoclimate.columnar.weather_columns import Records, WeatherVocabulary
from geoclimate.columnar.weather_runs import RecordFile, WeatherPart, runs_of, span_of
from geoclimate.contracts.report import RowCounts
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.quality import Refusal
from geoclimate.domain.weather_forecasts import WEATHER_PARAMETERS
from geoclimate.services.list_refusals import RefusalList
from geoclimate.services.merge_outcome import MergeCounts
from geoclimate.services.ports import Lake, WeatherForecastStore
from geoclimate.services.read_upload import WeatherRows
from geoclimate.services.store_refusals import RefusalStorage


class WeatherSink(Protocol):
    """Takes what the rows of a weather forecast came to."""

    def take(self, part: WeatherPart, vocabulary: WeatherVocabulary) -> MergeCounts:
        """Take whole runs; says what they change."""
        ...

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Take rows that are refused."""
        ...

    def finish(self) -> None:
        """Nothing more comes."""
        ...


class WeatherStorage:
    """Stores runs: every row in the lake, and the runs in the hot store. Implements `WeatherSink`."""

    def __init__(self, lake: Lake, forecasts: WeatherForecastStore, delivery: Delivery) -> None:
        self._lake = lake
        self._forecasts = forecasts
        self._delivery = delivery
        self._refusals = RefusalStorage(lake, delivery)

    def take(self, part: WeatherPart, vocabulary: WeatherVocabulary) -> MergeCounts:
        """Store whole runs.

        Raises:
            Unavailable: The lake or the store does not answer.
        """
        self._lake.write_weather(part, vocabulary, self._delivery)
        return self._forecasts.merge(runs_of(part, vocabulary, self._delivery))

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


class WeatherPreview:
    """Compares runs with what is stored, and stores nothing. Implements `WeatherSink`."""

    def __init__(self, forecasts: WeatherForecastStore, delivery: Delivery) -> None:
        self._forecasts = forecasts
        self._delivery = delivery

    def take(self, part: WeatherPart, vocabulary: WeatherVocabulary) -> MergeCounts:
        """Compare whole runs.

        Raises:
            Unavailable: The store does not answer.
        """
        return self._forecasts.compare(runs_of(part, vocabulary, self._delivery))

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Pass over refused rows: the report lists them."""

    def finish(self) -> None:
        """Nothing is left."""


@dataclass(slots=True)
class WeatherTally:
    """What the rows of a weather forecast came to.

    Attributes:
        stations: Ids of the stations in accepted rows.
        grid_points: How many grid points accepted rows are for.
        parameters: Codes of the parameters in accepted rows.
    """

    stations: set[str] = field(default_factory=set)
    grid_points: int = 0
    parameters: set[str] = field(default_factory=set)
    _met: set[int] = field(default_factory=set)
    _accepted: int = 0
    _repeated: int = 0
    _stored: MergeCounts = field(default_factory=MergeCounts)
    _span: tuple[int, int] | None = None

    def add(self, part: WeatherPart, vocabulary: WeatherVocabulary, stored: MergeCounts) -> None:
        """Count a part's rows."""
        self._accepted += len(part.records)
        self._repeated += part.repeated
        self._stored += stored
        self._meet(part.records, vocabulary)
        first, last = span_of(part.records)
        if self._span is not None:
            first, last = min(first, self._span[0]), max(last, self._span[1])
        self._span = (first, last)

    def _meet(self, records: Records, vocabulary: WeatherVocabulary) -> None:
        self.parameters |= {WEATHER_PARAMETERS[number] for number in np.unique(records["parameter"]).tolist()}
        for number in set(np.unique(records["place"]).tolist()) - self._met:
            self._met.add(number)
            station = vocabulary.places[number].station
            if station is None:
                self.grid_points += 1
            else:
                self.stations.add(station)

    def counts(self, refused: int) -> RowCounts:
        """All counts, as the report has them, with so many rows refused."""
        return RowCounts(
            read=self._accepted + refused + self._repeated,
            accepted=self._accepted,
            refused=refused,
            repeated=self._repeated,
            added=self._stored.added,
            unchanged=self._stored.unchanged,
            revised=self._stored.revised,
            superseded=self._stored.superseded,
        )

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Beginning of the first and end of the last forecast hour; None where nothing was accepted."""
        return None if self._span is None else (time_at(self._span[0]), time_at(self._span[1]))


def take_weather(rows: WeatherRows, sink: WeatherSink, refused: RefusalList) -> WeatherTally:
    """Hand every run on to a sink, after the file was read to its end.

    Args:
        rows: The file.
        sink: Where they go.
        refused: Takes those that break a rule.

    Returns:
        What they came to.

    Raises:
        UnreadableFile: The file as a whole cannot be read; nothing of it but refused rows is stored.
        Unavailable: A store does not answer.
    """
    tally = WeatherTally()
    with tempfile.TemporaryDirectory() as folder:
        with RecordFile(Path(folder)) as records:
            for block in rows.blocks:
                records.add(block.records)
                refused.add(block.refusals)
                sink.refuse(block.refusals)
        for part in records.parts(rows.vocabulary):
            tally.add(part, rows.vocabulary, sink.take(part, rows.vocabulary))
            refused.add(part.refusals)
            sink.refuse(part.refusals)
    refused.finish()
    sink.finish()
    return tally
