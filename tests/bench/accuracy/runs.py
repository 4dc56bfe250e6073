"""The three runs: on the stations trained on, with a stand-in for a weather forecast, and on stations never seen."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch

from geoclimate.contracts.model import ForecastContract
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.input_spec import default_input_spec
from geoclimate_ml.assemble import assemble
from geoclimate_ml.baseline_forecasts import boosted, boosted_forecasts, climatology_of
from geoclimate_ml.baselines.boosting import BoostingSettings
from geoclimate_ml.boosting_columns import Positions, all_columns, mixture_columns, own_columns
from geoclimate_ml.evaluate_model import SERVED, evaluate_model, served_forecasts
from geoclimate_ml.fitting.distributed import alone
from geoclimate_ml.fitting.hyperparameters import to_hyperparameters
from geoclimate_ml.member_training import TrainedMember, train_member
from geoclimate_ml.networks.architecture import KINDS, Kind
from geoclimate_ml.samples import Samples
from geoclimate_ml.scoring.tables import EvaluationTables, tables_of
from geoclimate_ml.split import Split, samples_of, split_by_time
from tests.bench.accuracy.beijing_data import ISSUE_EVERY_HOURS, ISSUE_HOUR, LEFT_OUT, TEST_END, TRAIN_END, beijing
from tests.bench.accuracy.disturbed_weather import with_disturbed_weather

TARGET: Final = "pm25"
RUNS: Final = ("plain", "weather", "unseen")
NEIGHBOURS_PEER: Final = "boosting_neighbours"
STRONGEST_PEER: Final = "boosting_no_season"
HIDDEN: Final = "mixture_weather_hidden"


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a run gave.

    Attributes:
        tables: Scores of every forecaster.
        minutes: How long it took.
        weights: Mean weight of each member of the mixture.
        epochs: Epochs of each network.
    """

    tables: EvaluationTables
    minutes: float
    weights: Mapping[str, float]
    epochs: Mapping[str, int]


def run(name: str) -> Result:
    """Train on what lies before the test and score on the test year; says how far it is."""
    torch.set_num_threads(1)
    began = time.monotonic()
    spec = default_input_spec(TARGET)
    everything = beijing(spec)
    if name == "weather":
        everything = with_disturbed_weather(everything, spec)
    known = _without(everything, LEFT_OUT) if name == "unseen" else everything
    split = split_by_time(samples_of(known, spec).between(0, TEST_END), TRAIN_END)
    issued = _issued(split if name != "unseen" else _split_of(everything), name)
    members: dict[Kind, TrainedMember] = {}
    for seed, kind in enumerate(KINDS, start=1):
        hyperparameters = to_hyperparameters({"architecture": kind, "seed": seed})
        members[kind] = train_member(split, hyperparameters, lambda *_: None, alone())
        _say(began, name, f"{kind} trained, {members[kind].epochs} epochs")
    model = assemble(name, split, members)
    _say(began, name, "mixture assembled")
    scored = evaluate_model(model, split, issued, climatology_of(split, model.contract.levels))
    _say(began, name, "scored beside LightGBM on the station's own features")
    forecasters = dict(scored.forecasters)
    for peer, columns in _other_peers(name, model.contract):
        trees = boosted(split.before_test, columns, model.contract.levels, BoostingSettings())
        if trees is not None:
            forecasters[peer] = boosted_forecasts(trees, columns, issued)
        _say(began, name, f"scored beside {peer}")
    if name == "weather":
        hidden = _issued(_split_of(replace(everything, weather=())), name)
        forecasters[HIDDEN] = served_forecasts(model, hidden)
    trained_on = frozenset(known.stations)
    tables = tables_of(forecasters, SERVED, TARGET, trained_on)
    _say(began, name, "all scored")
    return Result(
        tables=tables,
        minutes=(time.monotonic() - began) / 60,
        weights={member: float(np.mean(weight)) for member, weight in model.weights.items()},
        epochs={kind: member.epochs for kind, member in members.items()},
    )


def _other_peers(name: str, contract: ForecastContract) -> list[tuple[str, Positions]]:
    """Peers beside the one of every evaluation; their change is scaled by lead time and level."""
    if name == "weather":
        return []
    peers = [(NEIGHBOURS_PEER, all_columns(contract))]
    if name == "plain":
        without_season = np.intersect1d(own_columns(contract), mixture_columns(contract))
        peers.append((STRONGEST_PEER, without_season))
    return peers


def _issued(split: Split, name: str) -> Samples:
    test = split.test.only((split.test.issue_hours - ISSUE_HOUR) % ISSUE_EVERY_HOURS == 0)
    return test.of(LEFT_OUT) if name == "unseen" else test


def _split_of(dataset: TrainingDataset) -> Split:
    spec = default_input_spec(TARGET)
    return split_by_time(samples_of(dataset, spec).between(0, TEST_END), TRAIN_END)


def _without(dataset: TrainingDataset, stations: tuple[str, ...]) -> TrainingDataset:
    kept = [place for place, station in enumerate(dataset.stations) if station not in stations]
    return TrainingDataset(
        stations=tuple(dataset.stations[place] for place in kept),
        parameters=dataset.parameters,
        first_hours=tuple(dataset.first_hours[place] for place in kept),
        grids=tuple(dataset.grids[place] for place in kept),
        places=tuple(dataset.places[place] for place in kept),
    )


def _say(began: float, name: str, what: str) -> None:
    print(f"  [{(time.monotonic() - began) / 60:5.1f} min] {name}: {what}", flush=True)
