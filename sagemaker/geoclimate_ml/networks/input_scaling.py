"""From unscaled inputs with NaN to what a network sees: relative to the newest value, about unit size, 0 where missing.

A network that sees the season learns its dates by heart, and one that is trained on few years takes the winters that it
knows for every winter. So a target is shown relative to its newest value; temperature, dew point and pressure, whose
level is the season, as changes alone; and phases of the year only where the training spans enough years, the place only
where there are enough stations (`sees_season`, `sees_place`).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from geoclimate.contracts.model import ForecastContract
from geoclimate.domain.parameters import MICROGRAMS, canonical_unit
from geoclimate.features.input_spec import Column, InputSpec
from geoclimate.features.inputs import Inputs, contract_fields, input_columns

YEARS_FOR_SEASON = 5
STATIONS_FOR_PLACE = 40
_SEASONAL = ("temperature", "dewpoint", "pressure")
_SMALLEST_SCALE = 1e-3
# A normal distribution's 5th and 95th percentile are 3.29 standard deviations apart.
_RANGE_IN_DEVIATIONS = 3.29


class InputScaling(nn.Module):
    """Scales inputs; its statistics are buffers, so they travel with the weights.

    Attributes:
        target_median: [1], in the target's unit.
        change_scale: [lead times]: usual absolute change of the target, in units of `unit_of_change`.
        sees_season: [1], 1 or 0.
        sees_place: [1], 1 or 0.
        history_width: Columns of a scaled history.
        context_width: Columns of a scaled context.
        future_width: Columns of a scaled future.
    """

    history_target: Tensor
    history_other: Tensor
    history_plain: Tensor
    history_seasonal: Tensor
    context_target: Tensor
    context_change: Tensor
    context_other: Tensor
    context_plain: Tensor
    context_season: Tensor
    context_place: Tensor
    future_target: Tensor
    future_other: Tensor
    future_plain: Tensor
    history_other_center: Tensor
    history_other_scale: Tensor
    context_other_center: Tensor
    context_other_scale: Tensor
    future_other_center: Tensor
    future_other_scale: Tensor
    context_place_center: Tensor
    context_place_scale: Tensor
    target_median: Tensor
    change_scale: Tensor
    sees_season: Tensor
    sees_place: Tensor

    def __init__(self, contract: ForecastContract) -> None:
        super().__init__()
        columns = input_columns(spec_of(contract))
        # Concentrations are never below zero, and their changes grow with their level.
        self.relative_change = canonical_unit(contract.target) == MICROGRAMS
        self._index("history_target", columns.history, "target")
        self._index("history_other", columns.history, "other")
        self._index("history_plain", columns.history, "mask", "calendar")
        self._index("context_target", columns.context, "target")
        self._index("context_change", columns.context, "change")
        self._index("context_plain", columns.context, "mask", "calendar")
        self._index("context_season", columns.context, "season")
        self._index("context_place", columns.context, "place")
        others = [place for place, column in enumerate(columns.context) if column.kind == "other"]
        self._register("context_other", [place for place in others if not is_seasonal(columns.context[place].name)])
        self._index("future_target", columns.future, "target")
        self._index("future_other", columns.future, "other")
        self._index("future_plain", columns.future, "mask", "calendar")
        seasonal = [column.name in _SEASONAL for column in columns.history if column.kind == "other"]
        self.register_buffer("history_seasonal", torch.tensor(seasonal, dtype=torch.bool), persistent=False)
        self.register_buffer("target_median", torch.ones(1))
        self.register_buffer("change_scale", torch.ones(len(contract.lead_hours)))
        self.register_buffer("sees_season", torch.zeros(1))
        self.register_buffer("sees_place", torch.zeros(1))
        for name in ("history_other", "context_other", "future_other", "context_place"):
            self.register_buffer(f"{name}_center", torch.zeros(len(getattr(self, name))))
            self.register_buffer(f"{name}_scale", torch.ones(len(getattr(self, name))))
        self.history_width = self._width("history_target", "history_other", "history_plain")
        self.context_width = self._width(
            "context_target", "context_change", "context_other", "context_plain", "context_season", "context_place"
        )
        self.future_width = self._width("future_target", "future_other", "future_plain")

    def learn(self, sample: Inputs, observed: npt.NDArray[np.float32], *, years: float, stations: int) -> None:
        """Fill the statistics from a sample of the training part.

        Centres are medians and scales come from the 5th to the 95th percentile, which no outlier moves.

        Args:
            sample: Inputs.
            observed: float32 [n, lead times], NaN where missing.
            years: Span of the training part.
            stations: How many stations it holds.
        """
        newest = sample.context[:, int(self.context_target[0])]
        median = np.nanmedian(newest) if np.isfinite(newest).any() else 1.0
        self.target_median.fill_(max(abs(float(median)), _SMALLEST_SCALE))
        for name, values in (
            ("history_other", sample.history[..., self.history_other.cpu().numpy()]),
            ("context_other", sample.context[..., self.context_other.cpu().numpy()]),
            ("future_other", sample.future[..., self.future_other.cpu().numpy()]),
            ("context_place", sample.context[..., self.context_place.cpu().numpy()]),
        ):
            center, scale = _robust(values.reshape(-1, values.shape[-1]))
            getattr(self, f"{name}_center").copy_(torch.from_numpy(center))
            getattr(self, f"{name}_scale").copy_(torch.from_numpy(scale))
        unit = self.unit_of_change(torch.from_numpy(newest).to(self.target_median.device)).cpu().numpy()
        change = np.abs(observed - newest[:, None]) / unit[:, None]
        known = np.isfinite(change)
        usual = np.where(known, change, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        usual = np.where(usual > _SMALLEST_SCALE, usual, 1.0).astype(np.float32)
        self.change_scale.copy_(torch.from_numpy(usual))
        self.sees_season.fill_(float(years >= YEARS_FOR_SEASON))
        self.sees_place.fill_(float(stations >= STATIONS_FOR_PLACE))

    def newest(self, context: Tensor) -> Tensor:
        """The newest known value of the target, [n]; the training median where none is known."""
        values = context[:, int(self.context_target[0])]
        return torch.where(torch.isfinite(values), values, self.target_median)

    def unit_of_change(self, newest: Tensor) -> Tensor:
        """What a change of the target is measured against, [n], given its newest values [n]."""
        if self.relative_change:
            return newest.clamp(min=0.0) + self.target_median
        return self.target_median.expand_as(newest)

    def forward(self, history: Tensor, context: Tensor, future: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scaled history, context and future; no NaN is left.

        Args:
            history: [n, history_hours, columns].
            context: [n, columns].
            future: [n, lead times, columns].
        """
        newest = self.newest(context)
        unit = self.unit_of_change(newest)
        other = history[:, :, self.history_other]
        reference = torch.where(self.history_seasonal, other[:, -1:], self.history_other_center)
        scaled_history = torch.cat(
            [
                asinh(2 * (history[:, :, self.history_target] - newest[:, None, None]) / unit[:, None, None]),
                asinh((other - reference) / self.history_other_scale),
                history[:, :, self.history_plain],
            ],
            dim=2,
        )
        scaled_future = torch.cat(
            [
                asinh(2 * (future[:, :, self.future_target] - newest[:, None, None]) / unit[:, None, None]),
                asinh((future[:, :, self.future_other] - self.future_other_center) / self.future_other_scale),
                future[:, :, self.future_plain],
            ],
            dim=2,
        )
        return _known(scaled_history), self.scaled_context(context, unit), _known(scaled_future)

    def scaled_context(self, context: Tensor, unit: Tensor) -> Tensor:
        """Scaled context, given what changes of the target are measured against, [n]."""
        level = self._level(context[:, self.context_target])
        place = (context[:, self.context_place] - self.context_place_center) / self.context_place_scale
        scaled_context = torch.cat(
            [
                level,
                asinh(3 * context[:, self.context_change] / unit[:, None]),
                asinh((context[:, self.context_other] - self.context_other_center) / self.context_other_scale),
                context[:, self.context_plain],
                self.sees_season * context[:, self.context_season],
                self.sees_place * place,
            ],
            dim=1,
        )
        return _known(scaled_context)

    def _level(self, targets: Tensor) -> Tensor:
        if self.relative_change:
            return torch.log((targets.clamp(min=0.0) + self.target_median) / (2 * self.target_median))
        return asinh(targets / self.target_median)

    def _index(self, name: str, columns: Sequence[Column], *kinds: str) -> None:
        self._register(name, [place for place, column in enumerate(columns) if column.kind in kinds])

    def _register(self, name: str, places: Sequence[int]) -> None:
        self.register_buffer(name, torch.tensor(places, dtype=torch.int64), persistent=False)

    def _width(self, *names: str) -> int:
        return sum(len(getattr(self, name)) for name in names)


def spec_of(contract: ForecastContract) -> InputSpec:
    """The specification that a contract was made from."""
    return InputSpec(
        target=contract.target,
        parameters=contract.parameters,
        weather=contract.weather,
        neighbours=contract.neighbours,
        history_hours=contract.history_hours,
        lead_hours=contract.lead_hours,
        max_gap_hours=contract.max_gap_hours,
    )


def contract_of(spec: InputSpec, levels: tuple[float, ...]) -> ForecastContract:
    """The contract of a model that is shown this."""
    return ForecastContract(**contract_fields(spec), levels=levels)


def is_seasonal(name: str) -> bool:
    """Whether a column of the context holds a level that is the season."""
    plain = name.removeprefix("around_")
    return any(plain == code or plain.startswith(f"{code}_mean") for code in _SEASONAL)


def _robust(values: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Centre and scale of each column of [n, columns]; 0 and 1 where a column is never known."""
    center = np.zeros(values.shape[1], dtype=np.float32)
    scale = np.ones(values.shape[1], dtype=np.float32)
    for place, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        if len(known):
            low, center[place], high = np.percentile(known, (5, 50, 95))
            # Of a column that is nearly always the same, as rain is, the percentiles say nothing.
            spread = max(float(high - low) / _RANGE_IN_DEVIATIONS, float(known.std()))
            scale[place] = spread if spread > _SMALLEST_SCALE else 1.0
    return center, scale


def _known(values: Tensor) -> Tensor:
    return torch.where(torch.isfinite(values), values, torch.zeros_like(values))


def asinh(values: Tensor) -> Tensor:
    """The inverse hyperbolic sine; torch's own has no counterpart in the ONNX exporter."""
    size = values.abs()
    return torch.sign(values) * torch.log(size + torch.sqrt(size * size + 1))
