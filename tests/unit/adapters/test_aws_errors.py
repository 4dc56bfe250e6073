from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.domain.errors import Unavailable


def refusal(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "PutItem")


@pytest.mark.parametrize(
    "error",
    [refusal("InternalServerError", 500), refusal("SlowDown", 400), EndpointConnectionError(endpoint_url="http://s3")],
)
def test_what_may_succeed_later_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable, match="S3 does not answer"), unavailable_when_down("S3"):
        raise error


@pytest.mark.parametrize("error", [refusal("AccessDenied", 403), ParamValidationError(report="Invalid type")])
def test_what_is_wrong_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)), unavailable_when_down("S3"):
        raise error
