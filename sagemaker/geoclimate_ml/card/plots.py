"""Pictures of an evaluation, as PNG."""

from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geoclimate.domain.verification import INTERVALS
from geoclimate_ml.scoring.tables import EvaluationTables

LEAD_PLOT: Final = "error-by-lead-time.png"
CALIBRATION_PLOT: Final = "calibration.png"
_DPI: Final = 110
# Okabe and Ito (2008): told apart by the colour-blind too.
_COLORS: Final = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000", "#999999")
_PROMISED: Final = (0.78, 0.82)


def plot_lead_times(tables: EvaluationTables, unit: str, path: Path) -> None:
    """Mean absolute error and CRPS of every forecaster by lead time."""
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    errors, scores = figure.subplots(1, 2)
    for axes, score, title in ((errors, "mae", "Mean absolute error"), (scores, "crps", "CRPS")):
        for place, (name, by_lead) in enumerate(tables.by_lead.items()):
            served = name == tables.served
            axes.plot(
                tables.lead_hours,
                [one[score] for one in by_lead],
                color=_COLORS[place % len(_COLORS)],
                linewidth=3 if served else 1.4,
                linestyle="-" if served or place < len(_COLORS) else "--",
                marker="o" if len(tables.lead_hours) == 1 else None,
                zorder=3 if served else 2,
                label=f"{name} (served)" if served else name,
            )
        axes.set(title=title, xlabel="lead time, hours", ylabel=unit, ylim=(0, None))
        _plain(axes)
    figure.legend(*errors.get_legend_handles_labels(), loc="outside right center", frameon=False)
    _write(figure, path)


def plot_calibration(tables: EvaluationTables, path: Path) -> None:
    """What the served quantiles state against what came, over all and by quarter."""
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    reliability, quarters = figure.subplots(1, 2)
    reliability.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--", label="as stated")
    reliability.plot(tables.levels, tables.below_level, color=_COLORS[0], marker="o", linewidth=2, label="measured")
    reliability.set(
        title="Share of observations below a quantile", xlabel="level of the quantile", ylabel="share", ylim=(0, 1)
    )
    reliability.set_xlim(0, 1)
    reliability.legend(frameon=False, loc="upper left")
    _plain(reliability)
    by_quarter = tables.by_quarter[tables.served]
    for share, color, marker in zip(INTERVALS, _COLORS, ("s", "o", "^"), strict=False):
        name = f"coverage_{share:g}"
        if all(name in scores for scores in by_quarter.values()):
            quarters.axhline(share, color=color, linewidth=1, linestyle="--")
            covered = [scores[name] for scores in by_quarter.values()]
            quarters.plot(list(by_quarter), covered, color=color, marker=marker, label=f"{share:.0%} interval")
    quarters.axhspan(*_PROMISED, color="#E69F00", alpha=0.15, linewidth=0)
    quarters.set(title="Coverage by quarter; the band is 78 to 82%", ylabel="share covered", ylim=(0.3, 1))
    quarters.legend(frameon=False, loc="lower left", ncols=3)
    _plain(quarters)
    _write(figure, path)


def _plain(axes: Axes) -> None:
    axes.grid(visible=True, color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)


def _write(figure: Figure, path: Path) -> None:
    # Without matplotlib's name and version, the same figures give the same bytes.
    figure.savefig(path, format="png", dpi=_DPI, metadata={"Software": None})
