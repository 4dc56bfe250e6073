"""One call of a guarded route, and who watches it."""

from dataclasses import dataclass
from typing import Protocol

from fastapi import Request
from starlette.responses import Response

from geoclimate.domain.errors import GeoClimateError
from geoclimate.domain.permissions import Permission
from geoclimate.runtime.web.caller import Caller


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has found its route.

    Attributes:
        request: The request; its body may not have been read.
        operation: The route's name, which is the operation's id in the OpenAPI document.
        permission: What the caller must be allowed; None on a route that is open.
        caller: Who calls; None on a route that is open.
    """

    request: Request
    operation: str
    permission: Permission | None
    caller: Caller | None

    @property
    def request_id(self) -> str:
        """The gateway's id of the request."""
        return str(self.request.state.request_id)

    @property
    def cost(self) -> int | None:
        """What the call costs; None where the route does not count, or has not been reached."""
        cost: int | None = getattr(self.request.state, "cost", None)
        return cost


class Watcher(Protocol):
    """Something that sees every call of the guarded routes: it counts, records, or answers instead."""

    async def admitted(self, call: Call) -> Response | None:
        """The caller may do this and nothing is done yet; an answer given here is given instead of the route's.

        Raises:
            GeoClimateError: The call must not go on.
        """

    async def answered(self, call: Call, response: Response) -> None:
        """The route has answered; headers may still be added.

        Raises:
            GeoClimateError: The caller is not given the answer; the watchers that come after hear of a refusal.
        """

    async def refused(self, call: Call, error: GeoClimateError) -> None:
        """The call was denied, or failed by an error of ours or by input that cannot be used.

        Raises:
            GeoClimateError: The caller hears of this instead; the watchers that come after are told all the same.
        """
