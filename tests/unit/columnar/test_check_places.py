import numpy as np
import pytest

from geoclimate.columnar import check_places
from geoclimate.columnar.blocks import Block
from geoclimate.columnar.check_places import PlaceCheck
from geoclimate.columnar.columns import Monitor, ObservationColumns, Vocabulary
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.quality import Refusal

PEKING = Monitor("openaq-1", "Dongsi", 39.929, 116.417, "pm25", "11", "µg/m³", "openaq")


def columns(vocabulary: Vocabulary, monitors: list[Monitor], first_line: int = 2) -> ObservationColumns:
    count = len(monitors)
    start = np.arange(count, dtype=np.int64) * 3_600_000_000
    return ObservationColumns(
        vocabulary,
        np.asarray([vocabulary.monitor(monitor) for monitor in monitors], np.int32),
        start,
        start + 3_600_000_000,
        np.full(count, 7.5),
        np.full(count, 7.5),
        np.zeros(count, np.int16),
        np.arange(first_line, first_line + count, dtype=np.int32),
    )


def test_takes_instruments_some_hundred_metres_apart_as_one_station() -> None:
    vocabulary = Vocabulary()
    near = PEKING._replace(latitude=39.932, instrument="12")
    block = Block(columns(vocabulary, [PEKING, near, PEKING]))
    assert PlaceCheck(vocabulary).check(block) is block


def test_refuses_rows_that_put_the_station_in_another_city() -> None:
    vocabulary = Vocabulary()
    chicago = PEKING._replace(latitude=41.88, longitude=-87.63)
    earlier = Refusal(3, None, "", "columns", "")
    checked = PlaceCheck(vocabulary).check(Block(columns(vocabulary, [PEKING, chicago, PEKING], 4), [earlier]))
    assert checked.columns.line.tolist() == [4, 6]
    assert checked.refusals[0] is earlier
    refusal = checked.refusals[1]
    assert (refusal.line, refusal.column, refusal.rule, refusal.value) == (5, None, "coordinates", "41.88, -87.63")
    assert refusal.message.startswith("line 4 puts station openaq-1 at 39.929, 116.417, which is 10,")


def test_hints_where_latitude_and_longitude_look_swapped() -> None:
    vocabulary = Vocabulary()
    london = PEKING._replace(latitude=51.5, longitude=-0.1)
    swapped = london._replace(latitude=-0.1, longitude=51.5)
    checked = PlaceCheck(vocabulary).check(Block(columns(vocabulary, [london, swapped])))
    (refusal,) = checked.refusals
    assert refusal.message.endswith(
        "km from -0.1, 51.5: latitude and longitude look swapped in one of them: correct it"
    )


def test_the_first_line_decides_whatever_the_order_in_which_monitors_were_numbered() -> None:
    vocabulary = Vocabulary()
    chicago = PEKING._replace(latitude=41.88, longitude=-87.63)
    vocabulary.monitor(chicago)
    checked = PlaceCheck(vocabulary).check(Block(columns(vocabulary, [PEKING, chicago])))
    assert checked.columns.line.tolist() == [2]


def test_remembers_a_station_from_one_block_to_the_next() -> None:
    vocabulary = Vocabulary()
    check = PlaceCheck(vocabulary)
    check.check(Block(columns(vocabulary, [PEKING])))
    chicago = PEKING._replace(latitude=41.88, longitude=-87.63, instrument="12")
    checked = check.check(Block(columns(vocabulary, [chicago, PEKING], 3)))
    assert checked.columns.line.tolist() == [4]
    assert [refusal.line for refusal in checked.refusals] == [3]


def test_takes_an_empty_block() -> None:
    vocabulary = Vocabulary()
    block = Block(ObservationColumns.empty(vocabulary))
    assert PlaceCheck(vocabulary).check(block) is block


def test_a_file_of_ever_other_instruments_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_places, "MOST_MONITORS", 3)
    vocabulary = Vocabulary()
    check = PlaceCheck(vocabulary)
    check.check(Block(columns(vocabulary, [PEKING._replace(instrument=str(number)) for number in range(3)])))
    with pytest.raises(UnreadableFile, match="more than 3 instruments") as refused:
        check.check(Block(columns(vocabulary, [PEKING._replace(instrument="3")], 5)))
    assert (refused.value.rule, refused.value.line) == ("too-many-series", 5)
