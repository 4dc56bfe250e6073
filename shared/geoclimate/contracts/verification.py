"""What the `verify` function is asked and answers."""

from pydantic import BaseModel, ConfigDict, RootModel

from geoclimate.contracts.events import ScheduledEvent

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class VerifyRequest(BaseModel):
    """Input of the `verify` function on demand; the schedule sends the defaults.

    Attributes:
        look_again: Look for late truth now, also where it was looked for within the last day: after late data came in.
    """

    model_config = _FROZEN
    look_again: bool = False


class VerifyResult(BaseModel):
    """What one run of the `verify` function did.

    Attributes:
        archived: Forecasts that were written to the lake.
        forecasts: Forecasts that were looked at for the first time after their last hour was over.
        hours: Hours that were scored, the late ones included.
        late_hours: Hours that were scored whose truth was not there at the first look.
        finished: Whether nothing was left to do; else the next run goes on.
    """

    model_config = _FROZEN
    archived: int
    forecasts: int
    hours: int
    late_hours: int
    finished: bool


class VerifyTrigger(RootModel[ScheduledEvent | VerifyRequest]):
    """What starts the `verify` function: a schedule's event, or a request on demand."""

    def request(self) -> VerifyRequest:
        """The request itself; a schedule asks for nothing special."""
        return self.root if isinstance(self.root, VerifyRequest) else VerifyRequest()
