"""The network: an LSTM that predicts quantiles of the change from the last known value."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from geoclimate.contracts.model import ModelContract
from geoclimate.domain.parameters import MICROGRAMS, canonical_unit

# One recurrent step takes in three hours: a third of the time of hourly steps for the same error, within its noise.
HOURS_PER_STEP = 3
_RECENT_HOURS = 24
_DROPOUT = 0.4
_SMALLEST_UNIT = 1e-3


@dataclass(frozen=True, slots=True)
class Architecture:
    """Size of the network.

    Attributes:
        hidden_size: Width of the recurrent state.
        layers: Stacked recurrent layers.
    """

    hidden_size: int = 64
    layers: int = 1


class QuantileLstm(nn.Module):
    """Quantiles of the target for each lead time, from unscaled windows with NaN where a value is missing.

    Scaling lives in buffers, so it travels with the weights. The network gives the change from the last known value
    in units of `change_scale` (what is usual for the lead time), which for a concentration is relative to the level.
    It sees each series twice: relative to its newest value, which holds in every season, and as it is, where
    `sees_levels` is 1. Quantiles cannot cross: the middle one is free, and each step outwards adds a positive width.
    `interval_factor` widens or narrows those widths after training (see `calibration`); 1 leaves them.

    Attributes:
        contract: Input and output.
        architecture: Size of the network.
        center: [features]: median of each value column, 0 for masks and calendar.
        scale: [features]: usual deviation from it, 1 for masks and calendar.
        change_scale: [lead times]: usual absolute change of the target.
        sees_levels: 1 or 0.
        interval_factor: [lead times, levels].
    """

    center: Tensor
    scale: Tensor
    change_scale: Tensor
    sees_levels: Tensor
    interval_factor: Tensor

    def __init__(self, contract: ModelContract, architecture: Architecture) -> None:
        super().__init__()
        if contract.history_hours % HOURS_PER_STEP:
            message = f"history_hours is {contract.history_hours}, not a multiple of {HOURS_PER_STEP}"
            raise ValueError(message)
        self.contract = contract
        self.architecture = architecture
        # Concentrations are never below zero, and their changes grow with their level.
        self.relative_change = canonical_unit(contract.target) == MICROGRAMS
        self._channels = len(contract.parameters)
        self._middle = len(contract.levels) // 2
        features, leads, levels = len(contract.feature_names), len(contract.lead_hours), len(contract.levels)
        self.register_buffer("center", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.register_buffer("change_scale", torch.ones(leads))
        self.register_buffer("sees_levels", torch.ones(1))
        self.register_buffer("interval_factor", torch.ones(leads, levels))
        hidden, columns = architecture.hidden_size, self._channels + features
        self.lstm = nn.LSTM(HOURS_PER_STEP * columns, hidden, num_layers=architecture.layers, batch_first=True)
        last = nn.Linear(hidden, leads * levels)
        # Before its first step the network says what persistence says.
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.head = nn.Sequential(
            nn.Dropout(_DROPOUT), nn.Linear(hidden + 3 * columns, hidden), nn.SiLU(), nn.Dropout(_DROPOUT), last
        )

    def last_known(self, windows: Tensor) -> Tensor:
        """The newest known value of each parameter, [n, parameters]; the training median where a window knows none."""
        values = windows[:, :, : self._channels]
        known = torch.isfinite(values)
        position = torch.arange(1, values.shape[1] + 1, device=values.device)[:, None]
        newest = (known * position).argmax(dim=1, keepdim=True)
        filled = torch.where(known, values, self.center[: self._channels])
        return filled.gather(1, newest).squeeze(1)

    def unit_of_change(self, last: Tensor) -> Tensor:
        """What a change of the target is measured against, [n], given its last known values [n]."""
        if self.relative_change:
            # Never nothing, even where the last value and the median are: it divides.
            return (last.clamp(min=0.0) + self.center[0].abs()).clamp(min=_SMALLEST_UNIT)
        return self.scale[0].expand_as(last)

    def forward(self, windows: Tensor) -> Tensor:
        """Quantiles in the target's canonical unit.

        Args:
            windows: float32 [n, history_hours, features], unscaled, NaN where missing.

        Returns:
            float32 [n, lead times, levels], ascending along the levels, never NaN.
        """
        newest = self.last_known(windows)
        last = newest[:, 0]
        unit = self.unit_of_change(last)
        columns = self._columns(windows, newest, unit)
        n, hours, width = columns.shape
        states, _ = self.lstm(columns.reshape(n, hours // HOURS_PER_STEP, HOURS_PER_STEP * width))
        recent = columns[:, -_RECENT_HOURS:].mean(dim=1)
        raw = self.head(torch.cat([states[:, -1], columns[:, -1], recent, columns.mean(dim=1)], dim=1))
        raw = raw.reshape(n, len(self.contract.lead_hours), len(self.contract.levels))
        quantiles = last[:, None, None] + unit[:, None, None] * self.change_scale[:, None] * self._ordered(raw)
        return quantiles.clamp(min=0.0) if self.relative_change else quantiles

    def _columns(self, windows: Tensor, newest: Tensor, unit: Tensor) -> Tensor:
        """What the network sees, [n, history_hours, parameters + features]: scaled, 0 where missing."""
        values = windows[:, :, : self._channels]
        target = (values[:, :, :1] - newest[:, None, :1]) / unit[:, None, None]
        others = (values[:, :, 1:] - newest[:, None, 1:]) / self.scale[1 : self._channels]
        # asinh: straight near the middle, logarithmic far out, where concentrations have their long tail.
        levels = self.sees_levels * _asinh((values - self.center[: self._channels]) / self.scale[: self._channels])
        seen = torch.cat([_asinh(2 * target), others, levels], dim=2)
        known = torch.isfinite(values).repeat(1, 1, 2)
        return torch.cat([torch.where(known, seen, 0.0), windows[:, :, self._channels :]], dim=2)

    def _ordered(self, raw: Tensor) -> Tensor:
        """Turn free numbers [..., levels] into ascending ones around the middle."""
        middle = raw[..., self._middle : self._middle + 1]
        width = functional.softplus(raw)
        below = width[..., : self._middle].flip(-1).cumsum(-1).flip(-1) * self.interval_factor[:, : self._middle]
        above = width[..., self._middle + 1 :].cumsum(-1) * self.interval_factor[:, self._middle + 1 :]
        return torch.cat([middle - below, middle, middle + above], dim=-1)


def _asinh(values: Tensor) -> Tensor:
    """The inverse hyperbolic sine; torch's own has no counterpart in the ONNX exporter."""
    size = values.abs()
    return torch.sign(values) * torch.log(size + torch.sqrt(size * size + 1))
