"""What the lake writes comes back as it was."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.columnar.columns import Monitor, ObservationColumns, Vocabulary, microseconds_of
from geoclimate.domain.flags import FLAGS
from geoclimate.domain.observations import Observation
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.quality import SENTINELS, quality_flag
from geoclimate.domain.units import UNITS, conversion
from tests.canonical_files import DELIVERY, START, lake_file, taken

STATIONS = st.sampled_from(["city-1", "city-2", "wide-uci-a", "epa-06-001-0007"])
MONITORS = st.builds(
    lambda station, name, lat, lon, parameter, unit, instrument: Monitor(
        station, name, lat, lon, parameter, instrument, unit, station.partition("-")[0]
    ),
    STATIONS,
    st.sampled_from(["Mitte", "Süd"]),
    st.floats(1, 90),
    st.floats(-180, 180),
    st.sampled_from(sorted(PARAMETERS)),
    st.none(),
    st.sampled_from(["1", "88502-1", "1-max-8h"]),
)


@st.composite
def observation_columns(draw: st.DrawFn) -> ObservationColumns:
    """Rows that keep every rule, as a reader gives them."""
    vocabulary = Vocabulary()
    rows = []
    for line in range(1, draw(st.integers(1, 8)) + 1):
        monitor = draw(MONITORS)
        parameter = PARAMETERS[monitor.parameter]
        unit = draw(st.sampled_from([name for name in UNITS if conversion(name, parameter) is not None]))
        convert = conversion(unit, parameter)
        assert convert is not None
        wanted = draw(st.floats(parameter.low, parameter.high))
        delivered = round(wanted / convert.scale - convert.shift, 3)
        value = convert(delivered)
        if not parameter.low <= value <= parameter.high or delivered in SENTINELS:
            delivered, value = 0.0, convert(0.0)
        if not parameter.low - parameter.noise <= value <= parameter.high:
            continue
        flag = draw(st.sampled_from(sorted(FLAGS)))
        own = quality_flag(value, parameter, "", "")
        start = microseconds_of(START) + draw(st.integers(-(10**15), 10**12))
        number = vocabulary.monitor(monitor._replace(delivered_unit=unit))
        code = vocabulary.flag(own if flag == "valid" else flag)
        rows.append((number, start, start + draw(st.integers(1, 10**11)), value, delivered, code, line))
    if not rows:
        return ObservationColumns.empty(vocabulary)
    return ObservationColumns(
        vocabulary,
        *(
            np.array(cells, kind)
            for cells, kind in zip(
                zip(*rows, strict=True),
                (np.int32, np.int64, np.int64, np.float64, np.float64, np.int16, np.int32),
                strict=True,
            )
        ),
    )


def identity(seen: Observation) -> tuple[Any, ...]:
    """All of an observation but its line, which is another one in another file."""
    return (
        seen.station,
        seen.parameter,
        seen.instrument,
        seen.start,
        seen.end,
        seen.value,
        seen.delivered_value,
        seen.delivered_unit,
        seen.flag,
        seen.source,
    )


@given(observation_columns())
def test_what_the_lake_writes_is_read_back_unchanged(columns: ObservationColumns) -> None:
    if not len(columns):
        return
    found = [identity(seen) for seen in taken(lake_file(columns))]
    assert sorted(found) == sorted(identity(seen) for seen in columns.observations(DELIVERY))
