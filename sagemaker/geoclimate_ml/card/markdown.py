"""Tables of an evaluation as Markdown."""

from collections.abc import Iterable, Mapping, Sequence

from geoclimate.domain.verification import INTERVALS
from geoclimate_ml.scoring.bootstrap import Interval
from geoclimate_ml.scoring.losses import brier_name
from geoclimate_ml.scoring.tables import ByForecaster, EvaluationTables


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with numbers to the right, and text in the first column."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def overall_table(tables: EvaluationTables) -> str:
    """One row a forecaster, with the middle 95% of the bootstrap's resamples in brackets."""
    head = ["forecaster", "MAE", "RMSE", "CRPS", *(f"{share:.0%} covers" for share in INTERVALS), "80% width"]
    head += ["MAE ratio", "CRPS ratio"]
    rows = []
    for name, scores in tables.total.items():
        served = name == tables.served
        rows.append(
            [
                f"**{name}**" if served else name,
                _interval(tables.mae[name], 2),
                f"{scores['rmse']:.1f}",
                _interval(tables.crps[name], 2),
                *(_share(scores, f"coverage_{share:g}") for share in INTERVALS),
                _number(scores, "width_0.8"),
                "" if served else _interval(tables.mae_ratio[name], 3),
                "" if served else _interval(tables.crps_ratio[name], 3),
            ]
        )
    return markdown_table(head, rows)


def lead_table(tables: EvaluationTables, score: str, leads: Sequence[int]) -> str:
    """One row a forecaster, one column a lead time, of one score."""
    places = [tables.lead_hours.index(lead) for lead in leads]
    head = ["forecaster", *(f"{lead} h" for lead in leads)]
    rows = [[name, *(f"{by_lead[place][score]:.1f}" for place in places)] for name, by_lead in tables.by_lead.items()]
    return markdown_table(head, rows)


def served_lead_table(tables: EvaluationTables) -> str:
    """Every lead time of the served forecaster."""
    by_lead = tables.by_lead[tables.served]
    labels = [f"{lead} h" for lead in tables.lead_hours]
    reference = tables.by_lead.get("persistence")
    against = None if reference is None else dict(zip(labels, reference, strict=True))
    return _scores_table("lead time", dict(zip(labels, by_lead, strict=True)), against)


def grouped_table(tables: EvaluationTables, groups: ByForecaster, title: str) -> str:
    """One row a label of the served forecaster."""
    return _scores_table(title, groups[tables.served], groups.get("persistence"))


def exceedance_table(tables: EvaluationTables) -> str:
    """Brier scores of exceeding the thresholds of the target's indexes; the last column is a forecast of the share."""
    head = ["threshold of one hour", "above", "exceeded", *tables.total, "the share itself"]
    rows = []
    for one in tables.exceedance:
        name = brier_name(one.threshold)
        rows.append(
            [
                f"{one.threshold.standard}: {one.threshold.category}",
                f"{one.threshold.concentration:.1f}",
                f"{one.share:.1%}",
                *(f"{scores[name]:.4f}" for scores in tables.total.values()),
                f"{one.share * (1 - one.share):.4f}",
            ]
        )
    return markdown_table(head, rows)


def _scores_table(
    title: str, rows: Mapping[str, Mapping[str, float]], reference: Mapping[str, Mapping[str, float]] | None
) -> str:
    head = [title, "MAE", "RMSE", "CRPS", *(f"{share:.0%} covers" for share in INTERVALS)]
    head += [f"{share:.0%} width" for share in INTERVALS] + ([] if reference is None else ["skill over persistence"])
    lines = []
    for label, scores in rows.items():
        line = [label, f"{scores['mae']:.2f}", f"{scores['rmse']:.1f}", f"{scores['crps']:.2f}"]
        line += [_share(scores, f"coverage_{share:g}") for share in INTERVALS]
        line += [_number(scores, f"width_{share:g}") for share in INTERVALS]
        if reference is not None:
            line.append(_skill(scores["mae"], reference[label]["mae"]))
        lines.append(line)
    return markdown_table(head, lines)


def _interval(interval: Interval, digits: int) -> str:
    return f"{interval.estimate:.{digits}f} [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"


def _skill(mae: float, reference: float) -> str:
    """Empty where the reference made no error, such as persistence at a station whose instrument stood still."""
    return f"{1 - mae / reference:.3f}" if reference else ""


def _share(scores: Mapping[str, float], name: str) -> str:
    return f"{scores[name]:.1%}" if name in scores else ""


def _number(scores: Mapping[str, float], name: str) -> str:
    return f"{scores[name]:.1f}" if name in scores else ""
