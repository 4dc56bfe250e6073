"""How soon a planted drift is noticed in real years, and how often one is noticed where none was planted.

Not part of `make bench`, whose figures are ratios of speed: `python -m tests.bench.bench_drift` takes some ten
minutes on one core and prints the tables of `docs/drift.md`.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import chain

import numpy as np

from geoclimate.features.drift.scales import has_profile
from geoclimate.features.drift.series_watch import Reason, SeriesWatch, look_at_days
from tests import beijing
from tests.drift_years import REAL_DAYS, YEAR, Days, Plant, Watches, begin_all, next_days, real_years, watch_from

PLANTED = 60
"""Days of the watched year before something is planted."""
STEP = 2
"""Days that a run looks at: a delay is exact to two days."""
YEARS = tuple((number * YEAR, (number + 1) * YEAR) for number in range(3))
SPLITS = {
    "two years, the third": [((0, 2 * YEAR), YEARS[2])],
    "two years, the first": [((YEAR, REAL_DAYS), YEARS[0])],
    "one year, the next": [(YEARS[0], YEARS[1]), (YEARS[1], YEARS[2])],
    "one year, the one before": [(YEARS[1], YEARS[0]), (YEARS[2], YEARS[1])],
}
POLLUTANTS = ("pm25", "pm10", "so2", "no2", "co", "o3")
WEATHER = ("temperature", "dewpoint", "pressure", "wind_speed")
PPB = {"no2": 1.880, "o3": 1.962, "so2": 2.618}
"""Micrograms per cubic metre that are one part per billion, at 25 °C and 1 atm."""


def _later(change: Callable[[Days], Days]) -> Plant:
    def plant(values: Days) -> Days:
        return np.concatenate([values[:PLANTED], change(values[PLANTED:])])

    return plant


def _spread(factor: float) -> Callable[[Days], Days]:
    def change(values: Days) -> Days:
        flat = values.ravel()
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(flat, 12, mode="edge"), 25)
        mean = np.nanmean(windows, axis=1)
        wilder: Days = np.maximum(mean + factor * (flat - mean), -50.0).reshape(values.shape)
        return wilder

    return change


def _creep(whole_year: float, *, factor: bool) -> Callable[[Days], Days]:
    def change(values: Days) -> Days:
        grown = np.arange(len(values))[:, None] / YEAR
        return values * whole_year**grown if factor else values + whole_year * grown

    return change


def _times(factor: float) -> Callable[[Days], Days]:
    return lambda values: factor * values


def _stuck(values: Days) -> Days:
    return np.full_like(values, float(np.nanquantile(values, 0.6)))


PLANTS: dict[str, dict[str, Callable[[Days], Days]]] = {
    "twice as much": dict.fromkeys((*POLLUTANTS, "wind_speed"), _times(2.0)),
    "half as much": dict.fromkeys((*POLLUTANTS, "wind_speed"), _times(0.5)),
    "delivered in ppb, taken as µg/m³": {code: _times(1.0 / factor) for code, factor in PPB.items()},
    "a thousand times as much": {"co": _times(1000.0)},
    "5 degrees, 8 hPa more": dict.fromkeys(("temperature", "dewpoint"), lambda values: values + 5.0)
    | {"pressure": lambda values: values + 8.0},
    "°F taken as °C": dict.fromkeys(("temperature", "dewpoint"), lambda values: 1.8 * values + 32.0),
    "stuck": dict.fromkeys((*POLLUTANTS, *WEATHER), _stuck),
    "deviation from the daily mean doubled": dict.fromkeys(("temperature", "wind_speed", "no2", "o3"), _spread(2.0)),
    "creeps to twice in a year": dict.fromkeys((*POLLUTANTS, "wind_speed"), _creep(2.0, factor=True)),
    "creeps by 6 degrees in a year": dict.fromkeys(("temperature", "dewpoint"), _creep(6.0, factor=False)),
}


def false_alarms(years: Mapping[str, Mapping[str, Days]]) -> None:
    """Series and years in which something was noticed, by split and parameter."""
    reasons = ("stuck", "level", "neighbours", "spread", "population")
    print(f"{'reference, watched':<26} {'parameter':<16} {'series':>6} {'any':>4} " + " ".join(reasons))
    for name, splits in SPLITS.items():
        total, every = 0, 0
        for parameter, stations in years.items():
            ends = [watch_from(stations, parameter, *split) for split in splits]
            noticed = list(chain.from_iterable(end.noticed.values() for end in ends))
            by_reason = [sum(reason in each for each in noticed) for reason in reasons]
            total, every = total + len(noticed), every + sum(map(bool, noticed))
            print(f"{name:<26} {parameter:<16} {len(noticed):>6} {sum(map(bool, noticed)):>4} {by_reason}", flush=True)
        print(f"{name:<26} {'all':<16} {total:>6} {every:>4} {every / total:.1%}", flush=True)


def delays(years: Mapping[str, Mapping[str, Days]]) -> None:
    """Days from a planted drift to its notice: two years' reference, the third watched, one station at a time."""
    print(f"{'planted':<38} {'parameter':<12} {'with neighbours':<26} alone")
    print(f"{'':<51} {'noticed':>8} {'median':>6} {'slowest':>7}  " + f"{'noticed':>8} {'median':>6} {'slowest':>7}")
    for parameter, stations in years.items():
        reference, watched = SPLITS["two years, the third"][0]
        begun = begin_all(stations, parameter, reference, watched[0])
        seen = {station: values[slice(*watched)] for station, values in stations.items()}
        undisturbed = _undisturbed(begun, seen)
        for name, changes in PLANTS.items():
            if parameter not in changes:
                continue
            planted = {station: _later(changes[parameter])(seen[station].copy()) for station in begun}
            cells = [
                [_delay(begun[station], planted[station], others if beside else []) for station, others in undisturbed]
                for beside in (True, False)
            ]
            print(f"{name:<38} {parameter:<12} {_summary(cells[0])}  {_summary(cells[1])}", flush=True)


def _undisturbed(begun: Watches, seen: Mapping[str, Days]) -> list[tuple[str, list[list[SeriesWatch]]]]:
    """For each station, the states of all others after each step."""
    steps: list[Watches] = []
    watches = begun
    for begin in range(0, YEAR, STEP):
        watches = {
            name: look_at_days(each, seen[name][begin : begin + STEP], seen[name][begin : begin + STEP])
            for name, each in watches.items()
        }
        steps.append(watches)
    return [(station, [[each for name, each in one.items() if name != station] for one in steps]) for station in begun]


def _delay(watch: SeriesWatch, planted: Days, others: Sequence[Sequence[SeriesWatch]]) -> int | None:
    before: set[Reason] = set()
    for number, begin in enumerate(range(0, YEAR, STEP)):
        watch = next_days(watch, planted[begin : begin + STEP], others[number] if others else [])
        if begin + STEP <= PLANTED:
            before |= watch.drifting.keys()
        elif watch.drifting.keys() - before:
            return begin + STEP - PLANTED
    return None


def _summary(found: Sequence[int | None]) -> str:
    told = sorted(day for day in found if day is not None)
    slowest = str(told[-1]) if told else "-"
    return f"{len(told)} of {len(found)} {_middle(told):>6} {slowest:>7}"


def _middle(days: Sequence[int]) -> str:
    return str(days[len(days) // 2]) if days else "-"


def main() -> int:
    """Print all tables, or say why not."""
    if not beijing.THERE:
        print(f"needs the Beijing multi-site data: {beijing.DATA} is not here", file=sys.stderr)
        return 1
    years = real_years([each["station"] for each in beijing.stations()])
    false_alarms(years)
    watchable = {parameter: stations for parameter, stations in years.items() if has_profile(parameter)}
    delays(watchable)
    return 0


if __name__ == "__main__":
    sys.exit(main())
