"""From a summary of the past and the hours to come to quantiles that never cross."""

import torch
from torch import Tensor, nn
from torch.nn import functional

_LEAD_SCALE = 0.1
_FIRST_WIDTH = 0.5


class QuantileHead(nn.Module):
    """One decoder for all lead times, which see their own hour's future.

    The middle quantile is free, and each step outwards adds a positive width. Before its first step of training the
    head says what persistence says, with some width.
    """

    def __init__(self, summary: int, future: int, shape: tuple[int, int], size: int, dropout: float) -> None:
        super().__init__()
        self.leads, self.levels = shape
        self.middle = self.levels // 2
        self.trunk = nn.Sequential(nn.Dropout(dropout), nn.Linear(summary, 2 * size), nn.SiLU(), nn.Dropout(dropout))
        self.of_trunk = nn.Linear(2 * size, size)
        self.of_lead = nn.Parameter(_LEAD_SCALE * torch.randn(self.leads, size))
        self.of_future = nn.Linear(future, size)
        self.all_leads = nn.Linear(2 * size, self.leads * self.levels)
        self.each_lead = nn.Linear(size, self.levels)
        for layer in (self.all_leads, self.each_lead):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, summary: Tensor, future: Tensor) -> Tensor:
        """[n, summary] and [n, lead times, future columns] to ascending numbers [n, lead times, levels]."""
        trunk = self.trunk(summary)
        joined = functional.silu(self.of_trunk(trunk)[:, None] + self.of_lead + self.of_future(future))
        raw = self.all_leads(trunk).reshape(-1, self.leads, self.levels) + self.each_lead(joined)
        middle = raw[..., self.middle : self.middle + 1]
        width = _FIRST_WIDTH * functional.softplus(raw)
        below = width[..., : self.middle].flip(-1).cumsum(-1).flip(-1)
        above = width[..., self.middle + 1 :].cumsum(-1)
        return torch.cat([middle - below, middle, middle + above], dim=-1)
