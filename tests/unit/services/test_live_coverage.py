"""How often the truth lay in the interval, as far as it is verified."""

import datetime as dt
from dataclasses import replace

from geoclimate.domain.verification import scores_of
from geoclimate.services.live_coverage import LiveCoverage, LiveCoverages
from geoclimate.services.verification_ports import SkillKey, Versioned
from tests.api_fakes import NOW, SilentStore
from tests.verification_fakes import SERIES, VerificationInMemory, issued

DECEMBER, JANUARY = dt.date(2014, 12, 1), dt.date(2015, 1, 1)
FORECAST = issued()
INSIDE, OUTSIDE = FORECAST.quantiles[0][3], 10_000.0


def _skills(**by_month: dict[int, float]) -> VerificationInMemory:
    skills = VerificationInMemory()
    for name, observed in by_month.items():
        month = {"december": DECEMBER, "january": JANUARY}[name]
        skills.sums[SkillKey(SERIES, month)] = Versioned(scores_of(FORECAST, observed), 1)
    return skills


def test_counts_the_hours_of_all_lead_times_and_months() -> None:
    skills = _skills(december={1: INSIDE, 2: OUTSIDE}, january={1: INSIDE})

    found = LiveCoverages(skills, lambda: NOW).of(FORECAST, 0.8)

    assert found == LiveCoverage(hours=3, inside=2, months=(DECEMBER, JANUARY))


def test_says_that_nothing_is_verified_yet() -> None:
    assert LiveCoverages(VerificationInMemory(), lambda: NOW).of(FORECAST, 0.8) == "not_verified_yet"


def test_forecasts_by_another_engine_do_not_count() -> None:
    coverages = LiveCoverages(_skills(december={1: INSIDE}), lambda: NOW)

    assert coverages.of(replace(FORECAST, engine="onnx"), 0.8) == "not_verified_yet"


def test_an_interval_that_verification_does_not_count_has_none() -> None:
    assert LiveCoverages(_skills(december={1: INSIDE}), lambda: NOW).of(FORECAST, 0.6) == "level_not_verified"


def test_a_store_that_does_not_answer_is_a_reason_and_no_error() -> None:
    assert LiveCoverages(SilentStore(), lambda: NOW).of(FORECAST, 0.8) == "unavailable"


def test_is_read_once_in_ten_minutes() -> None:
    times = [NOW]
    skills = _skills(december={1: INSIDE})
    coverages = LiveCoverages(skills, lambda: times[-1])
    coverages.of(FORECAST, 0.8)
    skills.sums[SkillKey(SERIES, JANUARY)] = Versioned(scores_of(FORECAST, {1: INSIDE}), 1)

    times.append(NOW + dt.timedelta(minutes=9))
    soon = coverages.of(FORECAST, 0.8)
    times.append(NOW + dt.timedelta(minutes=10))
    later = coverages.of(FORECAST, 0.8)

    assert isinstance(soon, LiveCoverage)
    assert isinstance(later, LiveCoverage)
    assert (soon.hours, later.hours) == (1, 2)
