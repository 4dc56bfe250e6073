"""What a report counts."""

import numpy as np

from geoclimate.columnar.columns import Monitor, ObservationColumns, Vocabulary, time_at
from geoclimate.domain.stations import Series, Station
from geoclimate.services.list_refusals import refusal_list
from geoclimate.services.tally_rows import RowTally
from tests.openaq_archive import UPLOADED

HOUR = 3_600_000_000
DONGSI = Monitor("openaq-1", "Dongsi", 39.9, 116.4, "pm25", "11", "µg/m³", "openaq")


def columns(vocabulary: Vocabulary, rows: list[tuple[Monitor, int, str, int]]) -> ObservationColumns:
    """Rows of a monitor, an hour, a flag and a line each."""
    start = np.asarray([hour for _, hour, _, _ in rows], np.int64) * HOUR
    value = np.full(len(rows), 7.5)
    return ObservationColumns(
        vocabulary,
        np.asarray([vocabulary.monitor(monitor) for monitor, _, _, _ in rows], np.int32),
        start,
        start + HOUR,
        value,
        value,
        np.asarray([vocabulary.flag(flag) for _, _, flag, _ in rows], np.int16),
        np.asarray([line for _, _, _, line in rows], np.int32),
    )


def test_knows_the_stations_by_their_last_line_and_their_series_by_all() -> None:
    vocabulary = Vocabulary()
    renamed = DONGSI._replace(name="Dongsi Tiyuguan", parameter="o3")
    with refusal_list() as refused:
        tally = RowTally(vocabulary, UPLOADED, refused)
        tally.add_accepted(columns(vocabulary, [(renamed, 5, "valid", 9), (DONGSI, 3, "spike", 2)]))
        tally.add_accepted(columns(vocabulary, [(DONGSI, 1, "valid", 4), (DONGSI, 7, "spike", 5)]))
        assert tally.stations == (
            Station(
                "openaq-1",
                "Dongsi Tiyuguan",
                39.9,
                116.4,
                "openaq",
                (Series("o3", time_at(5 * HOUR), time_at(6 * HOUR)), Series("pm25", time_at(HOUR), time_at(8 * HOUR))),
                UPLOADED,
            ),
        )
        assert tally.span == (time_at(HOUR), time_at(8 * HOUR))
        assert tally.parameters == ("o3", "pm25")
        assert (tally.counts.accepted, tally.counts.flagged, dict(tally.flagged_by_flag)) == (4, 2, {"spike": 2})


def test_a_monitor_that_no_accepted_row_has_is_no_station() -> None:
    vocabulary = Vocabulary()
    vocabulary.monitor(DONGSI)
    with refusal_list() as refused:
        tally = RowTally(vocabulary, UPLOADED, refused)
        tally.add_accepted(ObservationColumns.empty(vocabulary))
        assert (tally.stations, tally.parameters, tally.span) == ((), (), None)
