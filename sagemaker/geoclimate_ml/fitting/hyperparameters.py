"""How a network is built and trained, and how a training job's arguments say it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geoclimate.domain.errors import InvalidInput
from geoclimate_ml.networks.architecture import Architecture, Kind, Share

Count = Annotated[int, Field(gt=0)]
Precision = Literal["auto", "off", "bfloat16", "float16"]

ARCHITECTURES: Final[Mapping[Kind, Architecture]] = MappingProxyType(
    {
        "lstm": Architecture(kind="lstm"),
        "gru": Architecture(kind="gru"),
        "transformer": Architecture(kind="transformer", layers=2, step_hours=6),
    }
)
"""What a network is like where its hyperparameters do not say otherwise."""

_KIND: Final = "architecture"


class Hyperparameters(BaseModel):
    """How to train.

    Attributes:
        network: Kind and size of the network.
        epochs: Most epochs; the learning rate falls over all of them.
        windows_per_epoch: Issue times that an epoch draws.
        batch_size: Issue times a step, over all processes together.
        learning_rate: AdamW's, at its highest.
        weight_decay: AdamW's, of matrices alone.
        input_noise: Standard deviation of the noise on scaled inputs.
        level_spread: Concentrations of a sample are multiplied by a factor whose logarithm is even from minus to plus
            this.
        level_power: A sample's loss is divided by its concentration to this power, so that a few heavy episodes are
            not most of the loss.
        weather_dropout: Share of the samples whose weather forecast is hidden, so that one model
            serves with and without.
        median_weight: Weight of the median's loss; other levels have 1 inside the central half and 0.5 outside.
        ema_decay: How much of the averaged weights a step keeps; they are what is validated and kept.
        patience: Epochs without a better validation loss after which training stops.
        max_seconds: Training stops at the first epoch that ends after this time.
        seed: Of weights, order, dropout and noise.
        deterministic: Whether only reproducible algorithms may be used: the same seed then gives the same bytes.
        mixed_precision: Half precision of matrix products; `auto` is the best that a GPU has, and none on a CPU.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: Architecture
    epochs: Count = 6
    windows_per_epoch: Count = 40_000
    batch_size: Count = 512
    learning_rate: Annotated[float, Field(gt=0, lt=1)] = 2e-3
    weight_decay: Annotated[float, Field(ge=0, lt=10)] = 0.3
    input_noise: Annotated[float, Field(ge=0, lt=10)] = 0.1
    level_spread: Annotated[float, Field(ge=0, le=3)] = 1.0
    level_power: Annotated[float, Field(ge=0, le=2)] = 0.7
    weather_dropout: Share = 0.3
    median_weight: Annotated[float, Field(gt=0, lt=100)] = 3.0
    ema_decay: Share = 0.999
    patience: Count = 4
    max_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 3600.0
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    deterministic: bool = False
    mixed_precision: Precision = "auto"

    def with_values(self, values: Mapping[str, object]) -> "Hyperparameters":
        """These with some replaced, by their names in a training job.

        Raises:
            InvalidInput: A name is unknown or a value cannot be used.
        """
        return to_hyperparameters({**self.values(), **values})

    def values(self) -> dict[str, object]:
        """Every value by its name in a training job."""
        own = self.model_dump()
        network: dict[str, object] = own.pop("network")
        return {_KIND: network.pop("kind"), **network, **own}


def to_hyperparameters(values: Mapping[str, object]) -> Hyperparameters:
    """Hyperparameters from values by name; `architecture` is the network's kind.

    Raises:
        InvalidInput: A name is unknown or a value cannot be used.
    """
    given = {name.replace("-", "_"): value for name, value in values.items()}
    kind = given.pop(_KIND, "lstm")
    usual = ARCHITECTURES.get(kind) if isinstance(kind, str) else None  # type: ignore[call-overload] # any text is asked
    if usual is None:
        raise InvalidInput(f"hyperparameters: {_KIND} must be one of {', '.join(ARCHITECTURES)}, but is {kind!r}")
    sizes = {name: given.pop(name) for name in list(given) if name in Architecture.model_fields and name != "kind"}
    unknown = given.keys() - Hyperparameters.model_fields.keys() | given.keys() & {"network"}
    if unknown:
        raise InvalidInput(f"hyperparameters: {', '.join(sorted(unknown))} is unknown")
    try:
        network = Architecture.model_validate({**usual.model_dump(), **sizes})
        return Hyperparameters.model_validate({**given, "network": network})
    except ValidationError as error:
        raise InvalidInput(f"hyperparameters: {_first(error)}") from error


def read_hyperparameters(arguments: Sequence[str]) -> Hyperparameters:
    """Read the hyperparameters, which SageMaker hands over as `--name value`.

    Raises:
        InvalidInput: One is unknown, has no value, or has one that cannot be used.
    """
    values: dict[str, object] = {}
    for name, value in zip(arguments[::2], [*arguments[1::2], None], strict=False):
        if not name.startswith("--") or value is None:
            raise InvalidInput(f"hyperparameters: {name!r} must be --name followed by a value")
        values[name.removeprefix("--")] = value
    return to_hyperparameters(values)


def _first(error: ValidationError) -> str:
    detail: Any = error.errors()[0]
    return f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}, but is {detail['input']!r}"
