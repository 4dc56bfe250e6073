"""A network rewritten for serving: the same answers up to rounding, from about half the work on a processor.

A network as it is trained picks the columns of each kind, scales each kind by its own formula and lays them side by
side; on one thread that takes longer than the LSTM behind it. Here history and future stay in the order in which they
come, all columns are scaled by one formula with constants for each, and the order is folded into the weights.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from geoclimate_ml.networks.forecaster import Forecaster

_TARGET_GAIN = 2.0
_TO_SIGN = 1e30


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the columns of one matrix are, by kind."""

    count: int
    target: Tensor
    other: Tensor
    plain: Tensor

    def to_given_order(self, weight: Tensor) -> Tensor:
        """Weights [out, steps * columns by kind] as [out, steps * columns as they come]."""
        order = torch.cat([self.target, self.other, self.plain])
        by_kind = weight.reshape(len(weight), -1, len(order))
        given = torch.zeros(*by_kind.shape[:2], self.count)
        given[:, :, order] = by_kind
        return given.reshape(len(weight), -1)


class _Scaling(nn.Module):
    """Scales one matrix [n, rows, columns] by constants for each column; 0 where a value is missing."""

    is_target: Tensor
    is_plain_cell: Tensor
    is_relative: Tensor
    center: Tensor
    gain: Tensor

    def __init__(self, places: _Places, rows: int, center: Tensor, scale: Tensor, relative: Tensor) -> None:
        super().__init__()
        self.register_buffer("is_target", _at(places.count, places.target, torch.tensor(1.0)) > 0)
        is_plain = _at(places.count, places.plain, torch.tensor(1.0))
        # Written out for all rows, since ONNX Runtime is slow where it has to repeat a condition.
        self.register_buffer("is_plain_cell", (is_plain > 0).repeat(rows, 1))
        self.register_buffer("is_relative", _at(places.count, places.other, relative.float()) > 0)
        self.register_buffer("center", _at(places.count, places.other, center))
        self.register_buffer("gain", _at(places.count, places.other, 1 / scale) + is_plain)

    def forward(self, values: Tensor, newest: Tensor, unit: Tensor) -> Tensor:
        base = torch.where(self.is_relative, values[:, -1:], self.center)
        base = torch.where(self.is_target, newest[:, None, None], base)
        gain = torch.where(self.is_target, _TARGET_GAIN / unit[:, None, None], self.gain)
        scaled = (values - base) * gain
        scaled = torch.where(torch.isnan(scaled), 0.0, scaled)
        size = scaled.abs()
        # ONNX Runtime takes longer over a sign than over a product and a clip.
        sign = (scaled * _TO_SIGN).clamp(-1.0, 1.0)
        squeezed = sign * torch.log(size + torch.sqrt(scaled * scaled + 1))
        return torch.where(self.is_plain_cell, scaled, squeezed)


class FusedForecaster(nn.Module):
    """Answers as a network does; of use for inference only.

    Args:
        network: On the CPU and in evaluation mode; it is left as it is.
    """

    def __init__(self, network: Forecaster) -> None:
        super().__init__()
        self.network = copy.deepcopy(network).eval()
        scaling, contract = self.network.scaling, network.contract
        history = _Places(
            len(contract.history_columns), scaling.history_target, scaling.history_other, scaling.history_plain
        )
        future = _Places(
            len(contract.future_columns), scaling.future_target, scaling.future_other, scaling.future_plain
        )
        self.history = _Scaling(
            history,
            contract.history_hours,
            scaling.history_other_center,
            scaling.history_other_scale,
            scaling.history_seasonal,
        )
        absolute = torch.zeros(len(scaling.future_other))
        self.future = _Scaling(
            future, len(contract.lead_hours), scaling.future_other_center, scaling.future_other_scale, absolute
        )
        self._fold(history, future)

    def forward(self, history: Tensor, context: Tensor, future: Tensor) -> Tensor:
        """As `Forecaster.forward`; no input may be infinite."""
        network = self.network
        newest = network.scaling.newest(context)
        unit = network.scaling.unit_of_change(newest)
        rows = self.history(history, newest, unit)
        n, hours, width = rows.shape
        step = network.architecture.step_hours
        answer: Tensor = network.answer(
            rows.reshape(n, hours // step, step * width),
            network.scaling.scaled_context(context, unit),
            self.future(future, newest, unit),
            newest,
        )
        return answer

    def _fold(self, history: _Places, future: _Places) -> None:
        """Let the layers that read history and future take the columns in the order in which they come."""
        network = self.network
        architecture, steps = network.architecture, network.contract.history_hours // network.architecture.step_hours
        encoder = type(network.encoder)(architecture.step_hours * history.count, steps, architecture)
        encoder.load_state_dict(
            {
                name: history.to_given_order(weight) if name in encoder.reads_columns else weight
                for name, weight in network.encoder.state_dict().items()
            }
        )
        network.encoder = encoder.eval()
        reads = nn.Linear(future.count, network.head.of_future.out_features)
        reads.load_state_dict(
            {
                "weight": future.to_given_order(network.head.of_future.weight),
                "bias": network.head.of_future.bias,
            }
        )
        network.head.of_future = reads


def _at(count: int, places: Tensor, values: Tensor) -> Tensor:
    row = torch.zeros(count)
    row[places] = values
    return row
