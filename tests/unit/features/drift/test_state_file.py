"""States on S3: they come back as they were, and what is none is refused by name."""

import gzip
import json

import numpy as np
import pytest

from geoclimate.domain.errors import UnreadableFile
from geoclimate.features.drift.series_watch import begin_watch, statistics
from geoclimate.features.drift.state_file import States, states_from_bytes, states_to_bytes
from tests.drift_years import YEAR, made_up_years, watch_from


@pytest.fixture(scope="module")
def states() -> States:
    shifted = {"openaq-1": lambda values: values * 9.0}
    years = made_up_years("pm25", 4, 2 * YEAR + 60)
    end = watch_from(years, "pm25", (0, 2 * YEAR), (2 * YEAR, 2 * YEAR + 60), plants=shifted, step=10)
    vane = begin_watch("openaq-1", "wind_direction", None, 16_000, np.full((400, 24), np.nan))
    watches = {(watch.station, watch.parameter): watch for watch in [*end.watches.values(), vane]}
    return States(watches, {("openaq-9", "o3"): (16_500, "not enough history")})


def test_states_come_back_as_they_were(states: States) -> None:
    read = states_from_bytes(states_to_bytes(states), "s3://bucket/key")
    assert read.refused == states.refused
    assert read.watches.keys() == states.watches.keys()
    for key, watch in states.watches.items():
        again = read.watches[key]
        assert statistics(again) == statistics(watch)
        assert (again.drifting, again.next_day, again.first_day) == (watch.drifting, watch.next_day, watch.first_day)
        np.testing.assert_allclose(again.means, watch.means, atol=1e-4)
        np.testing.assert_array_equal(again.counts, watch.counts)
    assert read.watches["openaq-1", "pm25"].drifting


def test_states_of_before_the_population_of_the_reference_was_kept_are_read(states: States) -> None:
    document = json.loads(gzip.decompress(states_to_bytes(states)))
    for entry in document["series"]:
        del entry["usual_population"]
    read = states_from_bytes(gzip.compress(json.dumps(document).encode()), "x")
    assert {watch.usual_population for watch in read.watches.values()} == {0.0}


def test_what_was_read_is_written_the_same(states: States) -> None:
    content = states_to_bytes(states)
    assert states_to_bytes(states_from_bytes(content, "x")) == content


def test_a_series_takes_a_few_kilobytes_at_most(states: States) -> None:
    assert len(states_to_bytes(states)) < 3_000 * len(states.watches)


@pytest.mark.parametrize(
    "content", [b"", b"no gzip", gzip.compress(b"no JSON", mtime=0), gzip.compress(b"[]", mtime=0)]
)
def test_what_is_none_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"s3://bucket/key cannot be read .*: delete it"):
        states_from_bytes(content, "s3://bucket/key")


def test_another_format_is_refused(states: States) -> None:
    document = json.loads(gzip.decompress(states_to_bytes(states)))
    document["format"] = 2
    with pytest.raises(UnreadableFile, match="x has the format 2, not 1: delete it"):
        states_from_bytes(gzip.compress(json.dumps(document).encode()), "x")


def test_a_profile_of_another_length_is_refused(states: States) -> None:
    document = json.loads(gzip.decompress(states_to_bytes(states)))
    document["series"][0]["profile"]["level"].append(0.0)
    with pytest.raises(UnreadableFile, match=r"an array of \(20,\) where one of \(19,\) belongs"):
        states_from_bytes(gzip.compress(json.dumps(document).encode()), "x")
