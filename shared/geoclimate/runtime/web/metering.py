"""Watches the calls that count: whose key they come with, and what they cost."""

from collections.abc import Callable

from aws_lambda_powertools import Logger
from starlette.responses import Response

from geoclimate.contracts.usage import COST_HEADER
from geoclimate.domain.errors import GeoClimateError, Unavailable
from geoclimate.runtime.web.calls import Call
from geoclimate.runtime.web.rate_limits import rate_limit_headers
from geoclimate.services.meter_calls import CallMeter

_FIRST_ERROR = 400


class Metering:
    """Counts what was answered with success; implements `Watcher`, and comes last of all.

    A call is not lost for its count: where a store does not answer, that is logged, and the headers are left out.
    """

    def __init__(self, open_meter: Callable[[], CallMeter], logger: Logger) -> None:
        self._open_meter = open_meter
        self._logger = logger

    async def admitted(self, call: Call) -> None:
        """Check that the caller may use the key.

        Raises:
            ForeignKey: The key belongs to another account.
            ExpiredKey: The key has ended.
            QuotaUsedUp: The account has used what its plan allows in a day.
        """
        if call.caller is None or call.caller.key_id is None:
            return
        try:
            self._open_meter().admit(call.caller.account, call.caller.key_id)
        except Unavailable as error:
            # The gateway has checked token and key; what cannot be checked now is whether they belong together.
            self._log("Whose key it is was not found out", call, error)

    async def answered(self, call: Call, response: Response) -> None:
        """Count the call, and say what it cost and what is left."""
        if call.caller is None or call.cost is None or response.status_code >= _FIRST_ERROR:
            return
        response.headers[COST_HEADER] = str(call.cost)
        try:
            allowance = self._open_meter().count(call.caller.account, call.caller.key_id, call.operation, call.cost)
        except Unavailable as error:
            self._log("A call was not counted", call, error)
            return
        if allowance is not None:
            response.headers.update(rate_limit_headers(allowance))

    async def refused(self, call: Call, error: GeoClimateError) -> None:
        """A call that was refused costs nothing."""

    def _log(self, what: str, call: Call, error: Unavailable) -> None:
        self._logger.warning(what, exc_info=error, extra={"request_id": call.request_id, "operation": call.operation})
