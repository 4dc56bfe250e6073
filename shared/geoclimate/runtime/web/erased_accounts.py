"""A token outlives its account by minutes; nothing is done for it then."""

from collections.abc import Callable

from starlette.responses import Response

from geoclimate.domain.account_errors import AccountErased
from geoclimate.domain.errors import GeoClimateError
from geoclimate.runtime.web.calls import Call
from geoclimate.services.privacy_ports import Standing


class ErasedAccounts:
    """Refuses calls of accounts that are being erased, or were; a watcher of guarded routes.

    The gateway looks at a token's signature and end, and cannot know that its account is gone.
    """

    def __init__(self, standing: Callable[[], Standing]) -> None:
        self._standing = standing

    async def admitted(self, call: Call) -> Response | None:
        """Let the call go on where its account is still there.

        Raises:
            AccountErased: It is not.
            Unavailable: The store does not answer.
        """
        if call.caller is not None and self._standing().erased(call.caller.account):
            raise AccountErased("The account of this token was erased, or is being erased.")
        return None

    async def answered(self, call: Call, response: Response) -> None:
        """Nothing is left to do."""

    async def refused(self, call: Call, error: GeoClimateError) -> None:
        """Nothing is left to do."""
