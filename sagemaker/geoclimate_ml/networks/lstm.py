"""The LSTM's encoder (Hochreiter and Schmidhuber, 1997)."""

from typing import cast

from torch import Tensor, nn

from geoclimate_ml.networks.architecture import Architecture
from geoclimate_ml.networks.pooling import AttentionPooling


class LstmEncoder(nn.Module):
    """Sums up a history by the last state of an LSTM, or by attention over its states.

    Attributes:
        width: Numbers in a summary.
        reads_columns: Names of the weights that read the columns.
    """

    reads_columns = ("lstm.weight_ih_l0", "lstm.weight_ih_l0_reverse")

    def __init__(self, columns: int, steps: int, architecture: Architecture) -> None:
        super().__init__()
        del steps
        directions = 2 if architecture.bidirectional else 1
        self.width = directions * architecture.hidden_size
        self.lstm = nn.LSTM(
            columns,
            architecture.hidden_size,
            num_layers=architecture.layers,
            bidirectional=architecture.bidirectional,
            batch_first=True,
        )
        self.pooling = AttentionPooling(self.width) if architecture.attention_pooling else None

    def forward(self, steps: Tensor) -> Tensor:
        """[n, steps, columns] to [n, width]."""
        states, (last, _) = self.lstm(steps)
        if self.pooling is not None:
            return cast("Tensor", self.pooling(states))
        # The backward direction ends at the first step: its last state is there, not at the end of `states`.
        ends: Tensor = last[-2:].transpose(0, 1).flatten(1) if self.lstm.bidirectional else last[-1]
        return ends
