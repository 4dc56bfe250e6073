"""Quantiles that cover what they state, kept so online from forecasts whose truth has arrived.

Each quantile but the median is moved along its distance from the median by a factor a station group, lead time and
level. After every issue time whose truth is known, a factor grows where too many observations fell beyond its
quantile and shrinks where too few did, by a fixed step in its logarithm: the quantile tracking of Angelopoulos, Candes
and Tibshirani (2023), "Conformal PID control for time series prediction", after Gibbs and Candes (2021), "Adaptive
conformal inference under distribution shift". As long as no bound is touched, the share of misses over T steps differs
from the stated one by the change of the factor's logarithm over (step x T), whatever the weather does.

The misses are counted on the quantiles as they were issued, so nothing but the archived forecast is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import IntegrityError
from geoclimate.features.tensor_file import Tensors, read_tensors, write_tensors

STATE_VERSION: Final = "1"
ALL_STATIONS: Final = ""
"""The group whose factors hold for groups that were never verified."""

_NARROWEST, _WIDEST = 0.2, 5.0
_STEP_HOURS = 6
# Inner levels move at two fifths of the pace: their misses are the noisiest, and following them costs most CRPS.
_OUTER, _INNER_PACE = 0.1, 0.4

Array = npt.NDArray[np.float32]
Hours = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ConformalState:
    """What the calibration has learned.

    Attributes:
        levels: Quantile levels, ascending, with .5 among them.
        lead_hours: Lead times, ascending.
        step: How far the logarithm of an outer level's factor moves for a miss more than was stated, where forecasts
            are issued every 6 hours; with other hours between them it is in proportion.
        lowest: Least value that the target can take, or None: no quantile is moved below it.
        factors: float32 [lead times, levels] by station group; `ALL_STATIONS` is always there.
        newest: int64 [lead times] by station group: the newest issue hour that was counted.
    """

    levels: tuple[float, ...]
    lead_hours: tuple[int, ...]
    step: float
    lowest: float | None
    factors: Mapping[str, Array]
    newest: Mapping[str, Hours] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.lead_hours), len(self.levels))
        if 0.5 not in self.levels or list(self.levels) != sorted(set(self.levels)):
            message = f"levels must ascend and hold the median, but are {self.levels}"
            raise ValueError(message)
        if ALL_STATIONS not in self.factors or any(factor.shape != shape for factor in self.factors.values()):
            message = f"factors must have the shape {shape} in every group, and hold the group of all stations"
            raise ValueError(message)
        if any(hours.shape != shape[:1] for hours in self.newest.values()):
            message = f"the newest issue hours must have the shape {shape[:1]} in every group"
            raise ValueError(message)


def initial_state(
    levels: tuple[float, ...], lead_hours: tuple[int, ...], *, step: float = 0.06, lowest: float | None = 0.0
) -> ConformalState:
    """A state that leaves quantiles as they are, until it is updated."""
    ones = np.ones((len(lead_hours), len(levels)), dtype=np.float32)
    return ConformalState(levels, lead_hours, step, lowest, {ALL_STATIONS: ones})


def calibrated(state: ConformalState, group: str, quantiles: Array) -> Array:
    """Quantiles as they are to be issued.

    Args:
        state: What was learned so far.
        group: Station group; one that was never verified has the factors of all stations.
        quantiles: float32 [n, lead times, levels] as the model gives them.

    Returns:
        The same shape; the median is untouched and quantiles never cross.
    """
    middle = state.levels.index(0.5)
    factors = state.factors.get(group, state.factors[ALL_STATIONS])
    median = quantiles[..., middle : middle + 1]
    moved = median + factors * (quantiles - median)
    if state.lowest is not None:
        # Where the model itself goes below what there can be, its median must stay inside its quantiles.
        moved = np.maximum(moved, np.minimum(np.float32(state.lowest), median))
    below = np.minimum.accumulate(moved[..., middle::-1], axis=-1)[..., ::-1]
    above = np.maximum.accumulate(moved[..., middle:], axis=-1)
    return np.concatenate([below, above[..., 1:]], axis=-1).astype(np.float32, copy=False)


def updated(state: ConformalState, group: str, quantiles: Array, observed: Array, issue_hour: int) -> ConformalState:
    """The state after forecasts of one issue time were verified.

    One call is one step a lead time: hand over all rows of a group for one issue time, each pair of forecast and lead
    time once, in the order of time. The step grows with the hours since the issue time counted before, up to the 6
    that it is meant for, so that forecasts made every hour do not hasten it.

    Args:
        state: What was learned so far.
        group: Station group.
        quantiles: float32 [n, lead times, levels] as they were issued.
        observed: float32 [n, lead times], NaN where the truth is not known or was counted before.
        issue_hour: Issue time in hours since 1970.

    Returns:
        The new state; lead times without any truth keep their factors.
    """
    middle = state.levels.index(0.5)
    known = ~np.isnan(observed)
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore"):
        truth = observed[..., None]
        missed = np.concatenate([truth < quantiles[..., :middle], truth > quantiles[..., middle:]], axis=-1)
    share = (missed & known[..., None]).sum(axis=0) / np.maximum(count, 1)[:, None]
    stated = np.minimum(state.levels, 1 - np.asarray(state.levels))
    excess = np.where(count[:, None] > 0, share - stated, 0.0)
    excess[:, middle] = 0.0
    pace = np.where(stated <= _OUTER, 1.0, _INNER_PACE)
    newest = state.newest.get(group, np.full(len(state.lead_hours), issue_hour - _STEP_HOURS))
    # Truth that came late counts as if it were an hour's.
    hours = np.clip(issue_hour - newest, 1, _STEP_HOURS) / _STEP_HOURS
    factors = state.factors.get(group, state.factors[ALL_STATIONS])
    moved = np.clip(factors * np.exp(state.step * hours[:, None] * pace * excess), _NARROWEST, _WIDEST)
    counted = np.where(count > 0, np.maximum(newest, issue_hour), newest)
    return replace(
        state,
        factors={**state.factors, group: moved.astype(np.float32)},
        newest={**state.newest, group: counted},
    )


def to_bytes(state: ConformalState) -> bytes:
    """The state as a safetensors file: four bytes a group, lead time and level, and eight a group and lead time."""
    metadata = {
        "kind": "conformal",
        "version": STATE_VERSION,
        "levels": ",".join(map(repr, state.levels)),
        "lead_hours": ",".join(map(str, state.lead_hours)),
        "step": repr(state.step),
        "lowest": "" if state.lowest is None else repr(state.lowest),
    }
    factors = {f"group:{group}": array for group, array in state.factors.items()}
    newest = {f"newest:{group}": array for group, array in state.newest.items()}
    return write_tensors({**factors, **newest}, metadata)


def from_bytes(content: bytes) -> ConformalState:
    """Read what `to_bytes` wrote.

    Raises:
        IntegrityError: The bytes are no such state, of another version, or hold impossible factors.
    """
    tensors, metadata = read_tensors(content)
    if (metadata.get("kind"), metadata.get("version")) != ("conformal", STATE_VERSION):
        raise IntegrityError(f"not a calibration state of version {STATE_VERSION}: {metadata}")
    factors = _with_prefix("group:", tensors)
    if any(not ((array >= _NARROWEST) & (array <= _WIDEST)).all() for array in factors.values()):
        raise IntegrityError(f"the calibration state holds factors outside {_NARROWEST} to {_WIDEST}")
    try:
        return ConformalState(
            levels=tuple(map(float, metadata["levels"].split(","))),
            lead_hours=tuple(map(int, metadata["lead_hours"].split(","))),
            step=float(metadata["step"]),
            lowest=float(metadata["lowest"]) if metadata["lowest"] else None,
            factors=factors,
            newest=_with_prefix("newest:", tensors),
        )
    except (KeyError, ValueError) as error:
        raise IntegrityError(f"the calibration state cannot be read: {error}") from error


def _with_prefix(prefix: str, tensors: Tensors) -> Tensors:
    return {name.removeprefix(prefix): array for name, array in tensors.items() if name.startswith(prefix)}
