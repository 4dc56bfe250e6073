"""Which hyperparameters are searched and where: one table for Optuna and for SageMaker's tuning."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geoclimate_ml.networks.architecture import Kind


@dataclass(frozen=True, slots=True)
class Range:
    """Values of one hyperparameter.

    Attributes:
        low: Smallest.
        high: Largest.
        logarithmic: Whether it is searched by its order of size.
        whole: Whether it is a whole number.
    """

    low: float
    high: float
    logarithmic: bool = False
    whole: bool = False

    def holds(self, value: object) -> bool:
        """Whether a value lies between the two."""
        return isinstance(value, int | float) and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Values of one hyperparameter that have no order."""

    values: tuple[str, ...]

    def holds(self, value: object) -> bool:
        """Whether a value is one of them."""
        return written(value) in self.values

    def __str__(self) -> str:
        return f"one of {', '.join(self.values)}"


Space = dict[str, Range | Choice]

_ALL: Final[Mapping[str, Range | Choice]] = MappingProxyType(
    {
        "learning_rate": Range(5e-4, 8e-3, logarithmic=True),
        "weight_decay": Range(1e-3, 1.0, logarithmic=True),
        "input_noise": Range(0.01, 0.3, logarithmic=True),
        "dropout": Range(0.05, 0.5),
        "encoder_dropout": Range(0.05, 0.5),
        "summary_size": Range(8, 64, logarithmic=True, whole=True),
        "level_spread": Range(0.05, 2.0, logarithmic=True),
        "level_power": Range(0.0, 1.5),
        "context_size": Range(64, 512, logarithmic=True, whole=True),
        "decoder_size": Range(64, 512, logarithmic=True, whole=True),
        "step_hours": Choice(("1", "3", "6")),
    }
)
_RECURRENT: Final[Mapping[str, Range | Choice]] = MappingProxyType(
    {
        "hidden_size": Range(16, 128, logarithmic=True, whole=True),
        "layers": Range(1, 2, whole=True),
        "attention_pooling": Choice(("false", "true")),
    }
)


def written(value: object) -> str:
    """A value as a choice names it."""
    return str(value).lower()


def space_of(kind: Kind) -> Space:
    """What is searched for a kind of network."""
    if kind == "transformer":
        # The width has to be a multiple of the heads.
        return {**_ALL, "hidden_size": Choice(("32", "64", "96", "128")), "layers": Range(1, 3, whole=True)}
    directions: Space = {"bidirectional": Choice(("false", "true"))} if kind == "lstm" else {}
    return {**_ALL, **_RECURRENT, **directions}
