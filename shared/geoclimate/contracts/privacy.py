"""Shapes of exporting and erasing an account: what the API answers, and what the workflows are given."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.http import Instant
from geoclimate.contracts.roles import AccountId
from geoclimate.domain.receipts import ReceiptKind, ReceiptState

_FROZEN = ConfigDict(frozen=True, extra="forbid")

ReceiptId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{32}$",
        description="Id of a receipt, as the request that made it answered.",
        examples=["Vh3kq0Zr7cQxJm2LwP9sYtB5nD8fGa1e"],
    ),
]


class ReceiptAnswer(BaseModel):
    """How far an export or an erasure is."""

    model_config = ConfigDict(frozen=True)

    receipt: Annotated[str, Field(description="Its id.")]
    kind: Annotated[ReceiptKind, Field(description="What was asked for.")]
    state: Annotated[ReceiptState, Field(description="How far it is; a failure is looked after by the operator.")]
    requested_at: Annotated[Instant, Field(description="When it was asked for.")]
    finished_at: Annotated[Instant | None, Field(description="When it was done or failed; null while it runs.")]
    counts: Annotated[
        dict[str, int],
        Field(description="What was exported or erased so far, by kind.", examples=[{"keys": 2, "records": 31}]),
    ]


class ExportReceiptAnswer(ReceiptAnswer):
    """How far an export is, and where to fetch it."""

    result_url: Annotated[
        str | None,
        Field(description="Where the export can be fetched for five minutes, without a token; null until it is done."),
    ]


class PlaceShape(BaseModel):
    """Keys of a receipt's item; the workflows write to it when they fail."""

    model_config = _FROZEN

    pk: Annotated[str, Field(min_length=1)]
    sk: Annotated[str, Field(min_length=1)]


class ExportAccountRequest(BaseModel):
    """Input of `export_account.asl.json` and of the `export` function.

    Attributes:
        account: Whose records.
        receipt: Id of the receipt.
        place: Where the receipt is.
    """

    model_config = _FROZEN

    account: AccountId
    receipt: ReceiptId
    place: PlaceShape


class EraseAccountRequest(BaseModel):
    """Input of the `erase` function.

    Attributes:
        account: Who is erased.
        receipt: Digest of the receipt's id.
        place: Where the receipt is.
        last: Whether every token of the account has ended, so that this pass is the last one.
    """

    model_config = _FROZEN

    account: AccountId
    receipt: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    place: PlaceShape
    last: bool


class CountsResult(BaseModel):
    """Output of both functions: how much of each kind."""

    model_config = _FROZEN

    counts: dict[str, int]
