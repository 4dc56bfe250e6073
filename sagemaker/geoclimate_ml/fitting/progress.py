"""What a training tells of itself after each epoch, in a form that SageMaker's metrics are read from."""

from dataclasses import dataclass
from typing import Final

VALIDATION_METRIC: Final = "validation:loss"
METRICS: Final = {
    "training:loss": r"training loss ([0-9.]+)",
    # Of the first fit alone, and last the loss that was kept: the second fit has the validation part in its training.
    VALIDATION_METRIC: r"(?:first fit, epoch|kept epoch) .*validation loss ([0-9.]+)",
    "samples_per_second": r"([0-9]+) samples/s",
}
"""Regular expressions that find the metrics in what `train.py` prints, for a training job's metric definitions."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """Progress after one epoch.

    Attributes:
        number: From 1.
        training_loss: Mean loss over the epoch by the weights of the samples, in the target's unit.
        validation_loss: Loss of the averaged weights on the validation part, in the target's unit.
        seconds: Since training began, resumed parts together.
        samples_per_second: Over the epoch's steps.
    """

    number: int
    training_loss: float
    validation_loss: float
    seconds: float
    samples_per_second: float

    @property
    def line(self) -> str:
        """One line for the log."""
        return (
            f"epoch {self.number}: training loss {self.training_loss:.4f}, validation loss {self.validation_loss:.4f}, "
            f"{self.samples_per_second:.0f} samples/s, {self.seconds:.0f} s"
        )
