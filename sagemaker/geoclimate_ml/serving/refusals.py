"""How a request that cannot be answered is refused in SageMaker's container: with its status and a sentence.

The container's toolkit answers 500 to whatever a hook raises, but for its own error, which names the status. To that
error's message it adds a stack trace of its own, which no hook can keep from it; the sentence is the first line.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from geoclimate.domain.errors import GeoClimateError, InvalidInput, Unavailable

_TOOLKIT = "sagemaker_inference.errors"


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal into the toolkit's error where there is the toolkit, else let it through."""
    try:
        yield
    except (InvalidInput, Unavailable) as error:
        status = HTTPStatus.BAD_REQUEST if isinstance(error, InvalidInput) else HTTPStatus.SERVICE_UNAVAILABLE
        raise _refusal(error, status) from None


def _refusal(error: GeoClimateError, status: HTTPStatus) -> Exception:
    try:
        toolkit = importlib.import_module(_TOOLKIT)
    except ModuleNotFoundError:
        return error
    sentence = " ".join(f"{error.title}: {error}".split())
    refusal: Exception = toolkit.BaseInferenceToolkitError(status.value, sentence, status.phrase)
    return refusal
