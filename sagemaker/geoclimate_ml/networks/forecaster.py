"""A whole network: scaled inputs, an encoder of the history, the context beside it, and quantiles by lead time."""

import torch
from torch import Tensor, nn

from geoclimate.contracts.model import ForecastContract
from geoclimate_ml.networks.architecture import Architecture, Kind
from geoclimate_ml.networks.gru import GruEncoder
from geoclimate_ml.networks.input_scaling import InputScaling
from geoclimate_ml.networks.lstm import LstmEncoder
from geoclimate_ml.networks.quantile_head import QuantileHead
from geoclimate_ml.networks.transformer import TransformerEncoder

_ENCODERS: dict[Kind, type[LstmEncoder | GruEncoder | TransformerEncoder]] = {
    "lstm": LstmEncoder,
    "gru": GruEncoder,
    "transformer": TransformerEncoder,
}
_CONTEXT_DROPOUT = 0.1


class Forecaster(nn.Module):
    """Quantiles of the target for each lead time, from unscaled inputs with NaN where a value is missing.

    The network gives the change from the newest value in units of what is usual for the lead time, which for a
    concentration is relative to the level. It is global: one set of weights for all stations.

    Attributes:
        contract: Input and output.
        architecture: Kind and size.
        scaling: Statistics of the training part.
    """

    def __init__(self, contract: ForecastContract, architecture: Architecture) -> None:
        super().__init__()
        steps, rest = divmod(contract.history_hours, architecture.step_hours)
        if rest:
            message = f"history_hours is {contract.history_hours}, not a multiple of {architecture.step_hours}"
            raise ValueError(message)
        self.contract = contract
        self.architecture = architecture
        self.scaling = InputScaling(contract)
        encoder = _ENCODERS[architecture.kind](
            architecture.step_hours * self.scaling.history_width, steps, architecture
        )
        self.encoder = encoder
        size, dropout = architecture.context_size, architecture.dropout
        self.summary = nn.Sequential(
            nn.Dropout(architecture.encoder_dropout),
            nn.Linear(encoder.width, architecture.summary_size),
            nn.SiLU(),
            nn.Dropout(architecture.encoder_dropout),
        )
        self.context = nn.Sequential(
            nn.Dropout(_CONTEXT_DROPOUT),
            nn.Linear(self.scaling.context_width, size),
            nn.SiLU(),
            nn.Dropout(dropout),
            nn.Linear(size, size),
            nn.SiLU(),
        )
        self.head = QuantileHead(
            size + architecture.summary_size,
            self.scaling.future_width,
            (len(contract.lead_hours), len(contract.levels)),
            architecture.decoder_size,
            dropout,
        )

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.scaling.target_median.device

    def forward(self, history: Tensor, context: Tensor, future: Tensor, noise: float = 0.0) -> Tensor:
        """Quantiles in the target's canonical unit.

        Args:
            history: float32 [n, history_hours, columns], unscaled, NaN where missing.
            context: float32 [n, columns].
            future: float32 [n, lead times, columns].
            noise: Standard deviation of noise on the scaled history and context; of use in training only.

        Returns:
            float32 [n, lead times, levels], ascending along the levels, never NaN.
        """
        rows, described, coming = self.scaling(history, context, future)
        if noise:
            rows = rows + noise * torch.randn_like(rows)
            described = described + noise * torch.randn_like(described)
        n, hours, width = rows.shape
        step = self.architecture.step_hours
        steps = rows.reshape(n, hours // step, step * width)
        return self.answer(steps, described, coming, self.scaling.newest(context))

    def answer(self, steps: Tensor, described: Tensor, coming: Tensor, newest: Tensor) -> Tensor:
        """Quantiles from scaled inputs, the history as the encoder takes it, and the newest values [n]."""
        encoded = self.summary(self.encoder(steps))
        ordered = self.head(torch.cat([encoded, self.context(described)], dim=1), coming)
        unit = self.scaling.unit_of_change(newest)[:, None] * self.scaling.change_scale
        quantiles = newest[:, None, None] + unit[..., None] * ordered
        answer: Tensor = quantiles.clamp(min=0.0) if self.scaling.relative_change else quantiles
        return answer
