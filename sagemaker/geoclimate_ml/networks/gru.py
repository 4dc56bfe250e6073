"""The GRU's encoder (Cho et al., 2014)."""

from torch import Tensor, nn

from geoclimate_ml.networks.architecture import Architecture
from geoclimate_ml.networks.pooling import AttentionPooling


class GruEncoder(nn.Module):
    """Sums up a history by the last state of a GRU, or by attention over its states.

    Attributes:
        width: Numbers in a summary.
        reads_columns: Names of the weights that read the columns.
    """

    reads_columns = ("gru.weight_ih_l0",)

    def __init__(self, columns: int, steps: int, architecture: Architecture) -> None:
        super().__init__()
        del steps
        self.width = architecture.hidden_size
        self.gru = nn.GRU(columns, architecture.hidden_size, num_layers=architecture.layers, batch_first=True)
        self.pooling = AttentionPooling(self.width) if architecture.attention_pooling else None

    def forward(self, steps: Tensor) -> Tensor:
        """[n, steps, columns] to [n, width]."""
        states, last = self.gru(steps)
        summary: Tensor = last[-1] if self.pooling is None else self.pooling(states)
        return summary
