"""Writing the card of a model beside it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geoclimate.contracts.model import CARD_TEXT_FILE
from geoclimate.domain.forecasts import INTERVAL_LEVEL
from geoclimate.domain.parameters import PARAMETERS
from geoclimate_ml.card.markdown import (
    exceedance_table,
    grouped_table,
    lead_table,
    markdown_table,
    overall_table,
    served_lead_table,
)
from geoclimate_ml.card.plots import CALIBRATION_PLOT, LEAD_PLOT, plot_calibration, plot_lead_times
from geoclimate_ml.scoring.tables import EvaluationTables

_PROMISED = (0.78, 0.82)
_SHOWN_LEADS = (1, 3, 6, 12, 24, 48, 72)
_EVERYWHERE: Final = (
    "Made from the stations and years above. Elsewhere, and after a change of emissions or instruments, watch the "
    "verification and the drift alarms. It knows nothing of fireworks, fires or dust that its inputs do not show."
)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model is and where it comes from.

    Attributes:
        version: Registry version.
        target: Parameter code that it forecasts.
        members: What it is mixed of: name and one line about it.
        dataset_digest: SHA-256 of the data set, hexadecimal.
        code_digest: SHA-256 of the archive of the training source, hexadecimal, None where it ran unpacked.
        training_start: First hour of the training part, UTC.
        training_end: End of the training part, UTC.
        test_start: First issue time of the test part, UTC.
        test_end: Last issue time of the test part, UTC.
        stations: Ids of the stations that it was trained on.
        held_out: Ids of the stations that it was tested on without having seen them.
        light: One line about the light model.
    """

    version: str
    target: str
    members: Mapping[str, str]
    dataset_digest: str
    code_digest: str | None
    training_start: dt.datetime
    training_end: dt.datetime
    test_start: dt.datetime
    test_end: dt.datetime
    stations: tuple[str, ...]
    held_out: tuple[str, ...]
    light: str


def write_card(directory: Path, tables: EvaluationTables, facts: ModelFacts) -> tuple[Path, ...]:
    """Write the card and its pictures.

    Args:
        directory: The model's.
        tables: Its evaluation.
        facts: What it is.

    Returns:
        The files that were written, the page first.
    """
    directory.mkdir(parents=True, exist_ok=True)
    page, leads, calibration = (directory / name for name in (CARD_TEXT_FILE, LEAD_PLOT, CALIBRATION_PLOT))
    unit = PARAMETERS[facts.target].unit
    plot_lead_times(tables, unit, leads)
    plot_calibration(tables, calibration)
    sections = (*_about(facts), *_scores(tables, unit), *_measured(), *_limits(tables))
    page.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    return page, leads, calibration


def _about(facts: ModelFacts) -> tuple[str, ...]:
    parameter = PARAMETERS[facts.target]
    rows = [
        ["forecasts", f"hourly {parameter.name} in {parameter.unit}, as quantiles by lead time"],
        ["trained on", f"{_hour(facts.training_start)} to {_hour(facts.training_end)}, {len(facts.stations)} stations"],
        ["tested on", f"issue times {_hour(facts.test_start)} to {_hour(facts.test_end)}"],
        ["stations", ", ".join(facts.stations)],
        ["stations held out", ", ".join(facts.held_out) or "none"],
        ["data set", f"`{facts.dataset_digest}`"],
        ["code", "not packed" if facts.code_digest is None else f"`{facts.code_digest}`"],
        *([f"member {name}", about] for name, about in facts.members.items()),
        ["light model", facts.light],
    ]
    return f"# Model {facts.version}", "## What it is", markdown_table(["", ""], rows).replace("---:", "---")


def _scores(tables: EvaluationTables, unit: str) -> tuple[str, ...]:
    leads = [lead for lead in _SHOWN_LEADS if lead in tables.lead_hours] or list(tables.lead_hours[:1])
    explained = (
        f"{tables.forecasts} forecasts of the test part, in {unit}. In brackets: the middle 95% of a bootstrap over "
        f"days. A ratio is the score of {tables.served} over that of the other; below 1 it is better."
    )
    sections = [
        "## How good it is",
        explained,
        overall_table(tables),
        f"![Error by lead time]({LEAD_PLOT})",
        "### Mean absolute error by lead time",
        lead_table(tables, "mae", leads),
        f"### {tables.served}, every lead time",
        served_lead_table(tables),
        f"![Calibration]({CALIBRATION_PLOT})",
        "### By quarter",
        grouped_table(tables, tables.by_quarter, "quarter"),
        "### By season",
        grouped_table(tables, tables.by_season, "season"),
        "### By station",
        grouped_table(tables, tables.by_station, "station"),
        "### Stations trained on, and stations never seen",
        grouped_table(tables, tables.by_training, "stations"),
    ]
    if tables.exceedance:
        sections += ["### Exceeding an index's thresholds: Brier score", exceedance_table(tables)]
    return tuple(sections)


def _measured() -> tuple[str, ...]:
    text = """Forecasts were issued one after the other through the test part, by models that were fitted on what lies
before it. CRPS is the sum of twice the pinball losses of the quantile levels, each weighted by the part of the range
from 0 to 1 that is nearest to it; a forecast of one value scores its absolute error. Calibration is refreshed during
the test from forecasts whose hour has passed, as it is in service. A threshold of an index is compared with one hour's
concentration, whatever hours the index averages. Persistence and seasonal naive have quantiles from their errors in
the training part. Seasons and quarters are those of the issue time in UTC."""
    return "## How it was measured", text.replace("\n", " ")


def _limits(tables: EvaluationTables) -> tuple[str, ...]:
    lines = [_EVERYWHERE]
    coverage = f"coverage_{INTERVAL_LEVEL:g}"
    low, high = _PROMISED
    outside = [
        f"{quarter} ({scores[coverage]:.1%})"
        for quarter, scores in tables.by_quarter[tables.served].items()
        if not low <= scores.get(coverage, low) <= high
    ]
    lines.append(
        f"The {INTERVAL_LEVEL:.0%} interval covers {low:.0%} to {high:.0%} in every quarter of the test part."
        if not outside
        else f"The {INTERVAL_LEVEL:.0%} interval does not cover {low:.0%} to {high:.0%} in: {', '.join(outside)}."
    )
    persistence = tables.by_lead.get("persistence")
    if persistence is not None:
        worse = [
            f"{lead} h"
            for lead, one, other in zip(tables.lead_hours, tables.by_lead[tables.served], persistence, strict=True)
            if one["mae"] > other["mae"]
        ]
        lines.append(
            "It is worse than persistence at: " + ", ".join(worse) + "."
            if worse
            else "At no lead time is it worse than persistence."
        )
    return "## Where it is not to be trusted", "\n".join(f"- {line}" for line in lines)


def _hour(time: dt.datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
