"""What the forecasts are to reach on the Beijing data, and whether they do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from geoclimate_ml.evaluate_model import PEER, SERVED
from geoclimate_ml.networks.architecture import KINDS
from geoclimate_ml.scoring.tables import EvaluationTables
from tests.bench.accuracy.runs import NEIGHBOURS_PEER

COVERAGE: Final = "coverage_0.8"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to reach.

    Attributes:
        what: In words.
        limit: What was asked for.
        measured: What came out, with its interval where there is one.
        met: Whether it is reached.
    """

    what: str
    limit: str
    measured: str
    met: bool


def targets(results: Mapping[str, EvaluationTables]) -> Iterator[Target]:
    """Every target of the runs that were made, in the order of the runs."""
    for name in ("plain", "unseen"):
        if name in results:
            yield from _without_forecast(results[name], name)
    if "weather" in results:
        yield _ratio(results["weather"], "weather: MAE against LightGBM of the plain run", 0.76, results.get("plain"))


def _without_forecast(tables: EvaluationTables, name: str) -> Iterator[Target]:
    for peer, limit, said in (
        (PEER, 0.91, "LightGBM on the station's own features"),
        (NEIGHBOURS_PEER, 0.97, "LightGBM with neighbours"),
        ("persistence", 0.82, "persistence"),
    ):
        ratio = tables.mae_ratio[peer]
        measured = f"{ratio.estimate:.3f} [{ratio.low:.3f}, {ratio.high:.3f}]"
        yield Target(f"{name}: MAE against {said}", f"at most {limit}", measured, ratio.estimate <= limit)
    served, standing = tables.by_lead[SERVED], tables.by_lead["persistence"]
    worst = max(mine["mae"] / theirs["mae"] for mine, theirs in zip(served, standing, strict=True))
    yield Target(f"{name}: MAE against persistence, worst lead time", "at most 1", f"{worst:.3f}", worst <= 1)
    crps = tables.crps_ratio[PEER]
    yield Target(
        f"{name}: CRPS against LightGBM on the station's own features",
        "at most 0.93",
        f"{crps.estimate:.3f} [{crps.low:.3f}, {crps.high:.3f}]",
        crps.estimate <= 0.93,
    )
    covered = [scores[COVERAGE] for scores in tables.by_quarter[SERVED].values()]
    yield Target(
        f"{name}: the 80% interval covers, in every quarter",
        "78 to 82%",
        f"{min(covered):.1%} to {max(covered):.1%}",
        min(covered) >= 0.78 and max(covered) <= 0.82,
    )
    for kind in KINDS:
        mine = tables.total[kind]["mae"] / tables.total[PEER]["mae"]
        yield Target(
            f"{name}: MAE of the {kind} alone against that LightGBM", "at most 0.96", f"{mine:.3f}", mine <= 0.96
        )


def _ratio(tables: EvaluationTables, what: str, limit: float, reference: EvaluationTables | None) -> Target:
    peer = (reference or tables).total[PEER]["mae"]
    ratio = tables.total[SERVED]["mae"] / peer
    return Target(what, f"at most {limit}", f"{ratio:.3f}", reference is not None and ratio <= limit)
