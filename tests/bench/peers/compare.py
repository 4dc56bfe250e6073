"""Score peers on the Beijing evaluation: `python -m tests.bench.peers.compare [--every HOURS] [fracast] [nhits] ...`.

`--every` keeps the issue times that many hours apart, a multiple of 6, where the whole year takes too long.
"""

import argparse
import dataclasses
import importlib
import sys
import time
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tests.bench.peers.beijing_series import ISSUE_EVERY_HOURS, LEADS, Beijing, read_beijing

LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
NAMES: Final = ("fracast", "nhits", "patchtst")
_MAX_STEPS: Final = 1000
_SHOWN: Final = (1, 3, 6, 12, 24)


def quantiles_of(name: str, beijing: Beijing) -> npt.NDArray[Any]:
    """What a peer says, [n, leads, levels]; NaN rows where it said nothing."""
    # Each peer's library is imported only where it is asked for, so that one that is missing does not stop the others.
    if name == "fracast":
        found: npt.NDArray[Any] = importlib.import_module("tests.bench.peers.run_fracast").fracast_quantiles(
            beijing, LEVELS
        )
        return found
    module = importlib.import_module("tests.bench.peers.run_neuralforecast")
    trained: npt.NDArray[Any] = module.neuralforecast_quantiles(beijing, LEVELS, name, _MAX_STEPS)
    return trained


def main(names: list[str], every_hours: int) -> None:
    """Run the peers one after the other and print a line of scores each."""
    sys.path[:0] = ["shared", "sagemaker"]
    forecasts = importlib.import_module("geoclimate_ml.scoring.forecasts")
    losses = importlib.import_module("geoclimate_ml.scoring.losses")
    beijing = read_beijing()
    kept = (beijing.issue_hours - beijing.test_start) // ISSUE_EVERY_HOURS % (every_hours // ISSUE_EVERY_HOURS) == 0
    beijing = dataclasses.replace(beijing, station=beijing.station[kept], issue_hours=beijing.issue_hours[kept])
    print(f"{len(beijing.station)} forecasts of {len(beijing.stations)} stations", flush=True)
    repeated = np.broadcast_to(beijing.last[:, None, None], (len(beijing.station), LEADS, len(LEVELS)))
    for name in ("persistence", *(names or NAMES)):
        begun = time.perf_counter()
        said = repeated if name == "persistence" else quantiles_of(name, beijing)
        seconds = time.perf_counter() - begun
        there = ~np.isnan(said).any(axis=(1, 2))
        scored = forecasts.Forecasts(
            LEVELS,
            tuple(range(1, LEADS + 1)),
            said[there].astype(np.float32),
            beijing.observed[there],
            beijing.last[there],
            beijing.issue_hours[there],
            beijing.station[there],
            beijing.stations,
        )
        single = losses.losses_of(scored)
        total, by_lead = losses.mean_of(single), losses.mean_by_lead(single)
        shown = " ".join(f"{lead}h {by_lead[lead - 1]['mae']:.1f}" for lead in _SHOWN)
        print(
            f"{name}: {there.sum()} forecasts, MAE {total['mae']:.2f}, CRPS {total['crps']:.2f}, "
            f"80% covers {total['coverage_0.8']:.1%}, MAE by lead time {shown}, {seconds:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Score peers on the Beijing evaluation.")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which; all without one")
    parser.add_argument("--every", type=int, default=ISSUE_EVERY_HOURS, help="hours between issue times")
    given = parser.parse_args()
    main(given.names, given.every)
