"""How a function reads what it is invoked with."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from geoclimate.domain.errors import InvalidInput

_M = TypeVar("_M", bound=BaseModel)


def parse_event(model: type[_M], event: object) -> _M:
    """The event as its contract's model.

    Raises:
        InvalidInput: The event does not fit; the message names each field and what is wrong with it.
    """
    try:
        return model.model_validate(event)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'event'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise InvalidInput(f"the event is not a {model.__name__}: {problems}") from error
