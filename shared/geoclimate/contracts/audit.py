"""Shapes of `/v1/audit`."""

import datetime as dt
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.http import NEXT_PAGE, Day
from geoclimate.domain.audit import GENESIS, Entry, Link, Outcome
from geoclimate.domain.audit_chain import Fault, FaultKind

_REQUEST: Final = ConfigDict(frozen=True, extra="forbid")
_ANSWER: Final = ConfigDict(frozen=True)
_MOMENT: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z#\d\d#\d{12}$"


class AuditRequest(BaseModel):
    """Query of `GET /v1/audit`."""

    model_config = _REQUEST

    day: Annotated[
        Day | None,
        Field(description="UTC day; without it, and without an account, today.", examples=["2026-03-01"]),
    ] = None
    account: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9-]{1,64}$",
            description="Id of an account: only what it did. Entries name it by a pseudonym.",
            examples=["6f1c2f0e-0b5e-4a57-9d4c-2f0f6f3c1a10"],
        ),
    ] = None
    actor: Annotated[
        str | None,
        Field(
            pattern=r"^(nobody|[0-9a-f]{32})$",
            description="A pseudonym as entries have it, instead of `account`.",
            examples=["nobody"],
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=1_000, description="Entries of a page.")] = 100
    before: Annotated[
        str | None,
        Field(
            pattern=_MOMENT,
            description="`id` of the entry that the page before ended with.",
            examples=["2026-03-01T05:06:07.000008Z#04#000000000017"],
        ),
    ] = None


class AuditEntryAnswer(BaseModel):
    """Something that was done, or denied."""

    model_config = _ANSWER

    id: str = Field(description="Its place among all.", examples=["2026-03-01T12:00:00.000000Z#07#000000000042"])
    at: dt.datetime = Field(examples=["2026-03-01T12:00:00Z"])
    actor: str = Field(description="Pseudonym of the account, or `nobody`.", examples=["0f" * 16])
    operation: str = Field(description="Id of the operation in the OpenAPI document.", examples=["create_key"])
    permission: str | None = Field(description="What it needed; null where nothing is asked.", examples=["keys:manage"])
    method: str = Field(examples=["POST"])
    resource: str = Field(description="Path without the query; an account in it is a pseudonym.", examples=["/v1/keys"])
    network: str | None = Field(
        description="Where the request came from; null where unknown.", examples=["192.0.2.0/24"]
    )
    request_id: str = Field(examples=["5f0e9c1c-6e0c-4f0a-9a3e-0a8a5a3b2c1d"])
    outcome: Outcome = Field(
        description="A write has two entries of one request id: `begun`, written before anything happens, and how it"
        " ended. `replayed`: an answer was given again and nothing was done.",
        examples=["done"],
    )
    status: int | None = Field(description="HTTP status of the answer; null for what is begun.", examples=[201])
    problem: str | None = Field(description="Code of the problem that was answered.", examples=[None])
    chain: int = Field(description="Number of its chain.", examples=[7])
    sequence: int = Field(description="Place in the chain, from 1.", examples=[42])
    previous: str = Field(description="Digest of the entry before in the chain.", examples=[GENESIS])
    digest: str = Field(description="SHA-256 of the entry as it was written.", examples=["ab" * 32])

    @classmethod
    def of(cls, entry: Entry) -> "AuditEntryAnswer":
        """An entry as answers show it."""
        event = entry.event
        return cls(
            id=entry.moment,
            at=event.at,
            actor=event.actor,
            operation=event.operation,
            permission=event.permission,
            method=event.method,
            resource=event.resource,
            network=event.network,
            request_id=event.request_id,
            outcome=event.outcome,
            status=event.status,
            problem=event.problem,
            chain=entry.chain,
            sequence=entry.sequence,
            previous=entry.previous,
            digest=entry.digest,
        )


class AuditAnswer(BaseModel):
    """Answer of `GET /v1/audit`: entries, the newest first."""

    model_config = _ANSWER

    entries: tuple[AuditEntryAnswer, ...]
    next: str | None = NEXT_PAGE


class VerificationRequest(BaseModel):
    """Query of `GET /v1/audit/verification`."""

    model_config = _REQUEST

    after: Annotated[
        str | None,
        Field(
            pattern=r"^[01][0-9]\.[0-9]{12}\.[0-9a-f]{64}$",
            description="Where to go on, from `next` of the part before: chain, sequence and digest.",
            examples=[f"04.000000000017.{'ab' * 32}"],
        ),
    ] = None

    @property
    def place(self) -> Link | None:
        """Where to go on."""
        if self.after is None:
            return None
        chain, sequence, digest = self.after.split(".")
        return Link(int(chain), int(sequence), digest)


class FaultAnswer(BaseModel):
    """An entry that is not as it was written."""

    model_config = _ANSWER

    chain: int = Field(examples=[7])
    sequence: int = Field(description="Where it shows; for a missing end, the first that lacks.", examples=[43])
    kind: FaultKind = Field(examples=["changed"])

    @classmethod
    def of(cls, fault: Fault) -> "FaultAnswer":
        """A fault as answers show it."""
        return cls(chain=fault.chain, sequence=fault.sequence, kind=fault.kind)


class ChainEndAnswer(BaseModel):
    """Where a chain stands; kept elsewhere, it shows later whether the log was written anew."""

    model_config = _ANSWER

    chain: int = Field(examples=[7])
    entries: int = Field(description="How many entries it has.", examples=[42])
    digest: str = Field(description="Digest of the newest one.", examples=["ab" * 32])


class AuditVerificationAnswer(BaseModel):
    """Answer of `GET /v1/audit/verification`."""

    model_config = _ANSWER

    entries: int = Field(description="How many entries this part looked at.", examples=[1234])
    faults: tuple[FaultAnswer, ...] = Field(description="Empty where all is as it was written.")
    ends: tuple[ChainEndAnswer, ...] = Field(description="Chains that this part looked at to their end.")
    next: str | None = Field(
        description="Link to the next part, relative to this address; null where all was looked at.",
        examples=[None],
    )


def place_text(place: Link) -> str:
    """A place in a chain as `after` takes it."""
    return f"{place.chain:02d}.{place.sequence:012d}.{place.digest}"
