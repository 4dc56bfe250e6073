"""Kind and size of a network, as its card keeps them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

Kind = Literal["lstm", "gru", "transformer"]
KINDS: tuple[Kind, ...] = ("lstm", "gru", "transformer")

Size = Annotated[int, Field(gt=0, le=4096)]
Share = Annotated[float, Field(ge=0, lt=1)]


class Architecture(BaseModel):
    """How a network is built.

    Attributes:
        kind: Which encoder reads the history.
        hidden_size: Width of the encoder's state.
        layers: Stacked layers of the encoder.
        bidirectional: Whether an LSTM reads the history both ways.
        attention_pooling: Whether an LSTM's or GRU's states are summed up by attention instead of by the last one.
        heads: Attention heads of a transformer; divides `hidden_size`.
        step_hours: Hours that the encoder takes in at once; divides the contract's `history_hours`.
        summary_size: Width of what the encoder hands on.
        context_size: Width of the layers that read the context.
        decoder_size: Width of the layers that make the quantiles.
        dropout: Share of a layer's outputs that is left out in training.
        encoder_dropout: The same, around the encoder's summary.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    hidden_size: Size = 32
    layers: Annotated[int, Field(gt=0, le=16)] = 1
    bidirectional: bool = False
    attention_pooling: bool = False
    heads: Annotated[int, Field(gt=0, le=64)] = 4
    step_hours: Annotated[int, Field(gt=0)] = 3
    summary_size: Size = 16
    context_size: Size = 256
    decoder_size: Size = 256
    dropout: Share = 0.3
    encoder_dropout: Share = 0.3

    @field_validator("heads")
    @classmethod
    def _divide_the_width(cls, heads: int, info: ValidationInfo) -> int:
        width = info.data.get("hidden_size", 0)
        if info.data.get("kind") == "transformer" and width % heads:
            message = f"a transformer's heads must divide its hidden_size, {width}"
            raise ValueError(message)
        return heads
