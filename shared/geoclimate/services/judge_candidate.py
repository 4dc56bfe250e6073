"""The gate: whether a candidate may go on trial, from its evaluation and the model that is in production.

Forecasts of one day share their weather, whatever the station or lead time. So the sampling error of a share or a mean
is reckoned from days, not from forecasts: a year is 365 independent days, the demo's two stations over 60 days have a
test part of twelve. Bounds that a good model could miss by chance widen by two standard errors; the margin does not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.models import Evaluation
from geoclimate.services.sound_evaluation import require_sound

CRPS_MARGIN: Final = 0.01
"""A candidate's CRPS must be lower than production's by this share: twice what two trainings that differ by their seed
alone differ by (0.2 to 0.5%), so that a new model is more than another throw of the dice."""

COVERAGE_TOLERANCE: Final = 0.02
"""The interval may cover this much more or less than it promises: what is promised to the API's consumers."""

QUARTER_TOLERANCE: Final = 0.10
"""The same in a single quarter: beyond it the interval is absurd, and no online calibration catches up in time."""

QUARTER_DAYS: Final = 14
"""Quarters with fewer days of forecasts are not judged."""

GROUP_TOLERANCE: Final = 0.02
"""A station group's CRPS may be higher than production's by this share."""

DAILY_DIFFERENCE: Final = 0.10
"""Standard deviation of one day's difference in CRPS between two forecasters at one station, over their mean CRPS."""

DAILY_COVERAGE: Final = 0.20
"""Standard deviation of one day's coverage of an 80% interval at one station. Both were measured on a year of PM2.5 in
Beijing, see docs/registry.md; from day to day they hardly depend on each other."""

_STANDARD_ERRORS: Final = 2
_LISTED: Final = 12


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the gate looked at.

    Attributes:
        passed: Whether it holds.
        figures: What was compared with what, in words.
    """

    passed: bool
    figures: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a candidate.

    Attributes:
        checks: Everything that it looked at.
        basis: On which forecasts.
    """

    checks: tuple[Check, ...]
    basis: str

    @property
    def deploy(self) -> bool:
        """Whether the candidate may go on trial: everything holds."""
        return all(check.passed for check in self.checks)

    @property
    def reason(self) -> str:
        """The verdict in a sentence with every figure, what failed first."""
        failed = "; ".join(check.figures for check in self.checks if not check.passed)
        held = "; ".join(check.figures for check in self.checks if check.passed)
        if not failed:
            return f"passed the gate on {self.basis}: {held}"
        return f"failed the gate on {self.basis}: {failed}" + (f". What held: {held}" if held else "")


def judge_candidate(evaluation: Evaluation, production: str | None) -> Verdict:
    """Compare a candidate with the model in production, the last value and what its interval promises.

    Args:
        evaluation: The candidate's, on data that neither model saw in training.
        production: Version of the model in production, None where there is none.

    Raises:
        ModelRejected: The evaluation proves nothing: a figure is missing or none at all.
    """
    crps = require_sound(evaluation)
    days = _days(evaluation)
    return Verdict(
        checks=(
            *_rival(evaluation, crps, production, days),
            _persistence(evaluation),
            _coverage(evaluation, days),
            *_quarters(evaluation, days),
        ),
        basis=f"{evaluation.forecasts:,} forecasts issued from {evaluation.test_start:%Y-%m-%d} to "
        f"{evaluation.test_end:%Y-%m-%d} ({days:,} days)",
    )


def _rival(evaluation: Evaluation, crps: float, production: str | None, days: int) -> list[Check]:
    """Against the model in production, whole and by group; without one nothing is asked here."""
    compared = evaluation.production_version
    if compared != production:
        figures = f"it was compared with {compared or 'no model'}, but {production or 'no model'} is in production"
        return [Check(passed=False, figures=figures)]
    if production is None:
        return [Check(passed=True, figures="no model is in production")]
    if evaluation.production_crps is None:
        return _boosting(evaluation, crps, production)
    allowed = evaluation.production_crps * (1 - CRPS_MARGIN)
    whole = Check(
        passed=crps <= allowed,
        figures=f"CRPS {crps:.3f} against {evaluation.production_crps:.3f} of {production} in production "
        f"({_change(crps, evaluation.production_crps)}, {-CRPS_MARGIN:+.1%} or lower is asked)",
    )
    return [whole, *_groups(evaluation, days)]


def _boosting(evaluation: Evaluation, crps: float, production: str) -> list[Check]:
    """Where production's model cannot be run on today's inputs, the strongest baseline stands in for it."""
    why = evaluation.production_unscored or "no reason was given"
    boosting = evaluation.baselines.get("boosting")
    if boosting is None:
        figures = f"{production} in production was not scored ({why}), and neither was boosting in its place"
        return [Check(passed=False, figures=figures)]
    return [
        Check(
            passed=crps < boosting.crps,
            figures=f"CRPS {crps:.3f} against {boosting.crps:.3f} of boosting, which stands in for "
            f"{production} in production ({why})",
        )
    ]


def _groups(evaluation: Evaluation, days: int) -> list[Check]:
    before = evaluation.production_crps_by_group or {}
    if before.keys() != evaluation.crps_by_group.keys():
        return [Check(passed=False, figures="the station groups of both models differ")]
    checks = []
    for group, crps in evaluation.crps_by_group.items():
        tolerance = GROUP_TOLERANCE + _error(DAILY_DIFFERENCE, min(days, evaluation.forecasts_by_group[group]))
        checks.append(
            Check(
                passed=crps <= before[group] * (1 + tolerance),
                figures=f"{group} {_change(crps, before[group])} (at most {tolerance:+.1%})",
            )
        )
    return _summed("CRPS by station group", checks)


def _persistence(evaluation: Evaluation) -> Check:
    return Check(
        passed=evaluation.mae < evaluation.persistence_mae,
        figures=f"mean absolute error {evaluation.mae:.3f} against {evaluation.persistence_mae:.3f} of persistence "
        f"(skill {evaluation.skill:+.3f}, above 0 is asked)",
    )


def _coverage(evaluation: Evaluation, days: int) -> Check:
    passed, figures = _covered(evaluation.coverage, evaluation.nominal_coverage, COVERAGE_TOLERANCE, days)
    return Check(passed=passed, figures=f"the {evaluation.nominal_coverage:.0%} interval covers {figures}")


def _quarters(evaluation: Evaluation, days: int) -> list[Check]:
    checks = []
    for quarter, coverage in evaluation.coverage_by_quarter.items():
        issued = evaluation.forecasts_by_quarter[quarter]
        share = min(issued, round(days * issued / evaluation.forecasts))
        if share < QUARTER_DAYS:
            checks.append(Check(passed=True, figures=f"{quarter} {coverage:.1%} (not judged: {share} days)"))
            continue
        passed, figures = _covered(coverage, evaluation.nominal_coverage, QUARTER_TOLERANCE, share)
        checks.append(Check(passed=passed, figures=f"{quarter} {figures}"))
    return _summed("coverage by quarter", checks)


def _covered(coverage: float, nominal: float, tolerance: float, days: int) -> tuple[bool, str]:
    """Whether a coverage lies within its bounds, widened by the sampling error of so many days."""
    wide = tolerance + _error(DAILY_COVERAGE, days)
    low, high = max(0.0, nominal - wide), min(1.0, nominal + wide)
    return low <= coverage <= high, f"{coverage:.1%} ({low:.1%} to {high:.1%} is asked)"


def _summed(what: str, checks: Sequence[Check]) -> list[Check]:
    """Many checks of a kind as at most two: those that failed and those that held."""
    found = []
    for passed in (False, True):
        figures = [check.figures for check in checks if check.passed is passed]
        if figures:
            more = f" and {len(figures) - _LISTED} more" if len(figures) > _LISTED else ""
            found.append(Check(passed=passed, figures=f"{what}: {', '.join(figures[:_LISTED])}{more}"))
    return found


def _days(evaluation: Evaluation) -> int:
    return min(evaluation.forecasts, (evaluation.test_end - evaluation.test_start).days + 1)


def _error(daily: float, days: int) -> float:
    return _STANDARD_ERRORS * daily / math.sqrt(days)


def _change(value: float, reference: float) -> str:
    return f"{value / reference - 1:+.1%}" if reference else f"{value:.3f} against 0"
