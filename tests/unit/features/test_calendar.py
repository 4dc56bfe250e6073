import datetime as dt

import numpy as np
import pytest

from geoclimate.features.calendar import hour_phases, week_phases, year_phases


def hours_of(*times: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(
        [int(dt.datetime.fromisoformat(f"{time}+00:00").timestamp()) // 3600 for time in times], dtype=np.int64
    )


@pytest.mark.parametrize(
    ("time", "longitude", "weekend"),
    [
        ("2024-03-01T23:00", 0.0, False),  # a Friday's last hour
        ("2024-03-02T00:00", 0.0, True),
        ("2024-03-03T23:00", 0.0, True),
        ("2024-03-04T00:00", 0.0, False),
        ("2024-03-01T16:00", 116.4, True),  # Saturday in Beijing
        ("2024-03-02T03:00", -90.0, False),  # Friday evening in Chicago
        ("1969-12-28T12:00", 0.0, True),  # before the epoch, too
    ],
)
def test_the_weekend_is_a_saturday_or_sunday_where_the_station_stands(
    time: str, longitude: float, weekend: bool
) -> None:
    phases = {column.name: values for column, values in week_phases(hours_of(time), longitude)}
    assert phases["weekend"].tolist() == [float(weekend)]


def test_the_hour_turns_with_the_sun() -> None:
    everywhere = hours_of("2024-03-01T12:00")
    shown = [values for _, values in hour_phases(everywhere, 0.0)]
    three_hours_east = [values for _, values in hour_phases(everywhere - 3, 45.0)]
    np.testing.assert_allclose(three_hours_east, shown, atol=1e-9)


def test_phases_are_named_by_their_period_and_come_back_after_it() -> None:
    hours = np.arange(3, dtype=np.int64)
    day, day_later = hour_phases(hours, 10.0), hour_phases(hours + 24, 10.0)
    week, week_later = week_phases(hours, 10.0), week_phases(hours + 168, 10.0)
    assert [column.name for column, _ in day] == ["day_sin", "day_cos", "half_day_sin", "half_day_cos"]
    assert [column.name for column, _ in week] == ["week_sin", "week_cos", "weekend"]
    for (_, now), (_, later) in zip([*day, *week], [*day_later, *week_later], strict=True):
        np.testing.assert_allclose(now, later, atol=1e-9)


def test_phases_of_the_year_are_those_of_the_season() -> None:
    columns = year_phases(hours_of("1970-01-01T00:00", "1970-07-02T14:00"))
    assert {column.kind for column, _ in columns} == {"season"}
    cosine = {column.name: values for column, values in columns}["year_cos"]
    np.testing.assert_allclose(cosine, [1.0, -1.0], atol=1e-3)
