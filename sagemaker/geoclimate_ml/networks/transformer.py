"""The transformer's encoder: patches of hours and multi-head attention (Vaswani et al., 2017; Nie et al., 2023)."""

import torch
from torch import Tensor, nn

from geoclimate_ml.networks.architecture import Architecture

_POSITION_SCALE = 0.02


class TransformerEncoder(nn.Module):
    """Sums up a history by the mean over attended patches.

    Attributes:
        width: Numbers in a summary.
        reads_columns: Names of the weights that read the columns.
    """

    reads_columns = ("embed.weight",)

    def __init__(self, columns: int, steps: int, architecture: Architecture) -> None:
        super().__init__()
        self.width = architecture.hidden_size
        self.embed = nn.Linear(columns, self.width)
        self.position = nn.Parameter(_POSITION_SCALE * torch.randn(steps, self.width))
        layer = nn.TransformerEncoderLayer(
            self.width,
            architecture.heads,
            dim_feedforward=2 * self.width,
            dropout=architecture.dropout,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.layers = nn.TransformerEncoder(layer, architecture.layers, enable_nested_tensor=False)

    def forward(self, steps: Tensor) -> Tensor:
        """[n, steps, columns] to [n, width]."""
        attended: Tensor = self.layers(self.embed(steps) + self.position)
        return attended.mean(dim=1)
