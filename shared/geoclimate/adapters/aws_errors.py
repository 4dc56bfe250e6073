"""What AWS raises, said in the platform's own errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from geoclimate.domain.errors import Unavailable

_SERVER_ERROR: Final = 500
_THROTTLES: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


@contextmanager
def unavailable_when_down(service: str) -> Iterator[None]:
    """Raise `Unavailable` where a service does not answer, fails, or refuses for load; leave other errors alone.

    Args:
        service: Who is asked, for the message.

    Raises:
        Unavailable: The service does not answer, fails, or refuses for load.
    """
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if error_code(error) in _THROTTLES or status >= _SERVER_ERROR:
            raise Unavailable(f"{service} does not answer: {error}") from error
        raise
    except ParamValidationError:
        # A request that is wrong never left this machine; asking again would be as wrong.
        raise
    except BotoCoreError as error:
        raise Unavailable(f"{service} does not answer: {error}") from error


def error_code(error: ClientError) -> str:
    """AWS's name of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))
