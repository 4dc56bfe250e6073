"""Attention pooling: a weighted mean of states, the weights made from the states (Yang et al., 2016)."""

import torch
from torch import Tensor, nn


class AttentionPooling(nn.Module):
    """Sums up states by how much each matters."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.score = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1, bias=False))

    def forward(self, states: Tensor) -> Tensor:
        """[n, steps, width] to [n, width]."""
        weights = torch.softmax(self.score(states), dim=1)
        return (weights * states).sum(dim=1)
