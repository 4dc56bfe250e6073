"""What is kept of requests with an idempotency key, in memory."""

import datetime as dt
from dataclasses import dataclass, field

from geoclimate.domain.errors import Unavailable
from geoclimate.services.idempotency_ports import Claim, EarlierRequest, KeptAnswer


@dataclass
class IdempotencyInMemory:
    """Implements `IdempotencyStore`; forgets nothing by itself. `down` makes it answer as a store that does not."""

    claims: dict[tuple[str, str], tuple[Claim, KeptAnswer | None]] = field(default_factory=dict)
    down: bool = False

    def claim(self, claim: Claim, now: dt.datetime) -> EarlierRequest | None:
        assert now.tzinfo is not None
        self._check()
        place = claim.account, claim.key
        if place in self.claims:
            first, answer = self.claims[place]
            return EarlierRequest(first.fingerprint, answer)
        self.claims[place] = claim, None
        return None

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        self._check()
        self.claims[claim.account, claim.key] = claim, answer

    def release(self, claim: Claim) -> None:
        self._check()
        del self.claims[claim.account, claim.key]

    def _check(self) -> None:
        if self.down:
            raise Unavailable("the store does not answer")
