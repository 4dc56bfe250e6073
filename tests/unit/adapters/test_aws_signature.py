"""Our signature is botocore's."""

import datetime as dt
from unittest import mock

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.adapters.aws_signature import Credentials, signed_headers

_NOW = dt.datetime(2014, 12, 31, 16, 5, 9, tzinfo=dt.UTC)
_STAMP = "20141231T160509Z"
_HEADERS = {
    "content-type": "application/x-amz-json-1.0",
    "host": "dynamodb.eu-central-1.amazonaws.com",
    "x-amz-target": "DynamoDB_20120810.Query",
}


def _theirs(body: bytes, token: str | None) -> str:
    request = AWSRequest("POST", "https://dynamodb.eu-central-1.amazonaws.com/", headers=dict(_HEADERS), data=body)
    with mock.patch("botocore.auth.get_current_datetime", return_value=_NOW.replace(tzinfo=None)):
        SigV4Auth(TheirCredentials("AKID", "secret", token), "dynamodb", "eu-central-1").add_auth(request)
    return str(request.headers["Authorization"])


@given(st.binary(max_size=200), st.sampled_from([None, "token/+="]))
def test_a_request_is_signed_as_botocore_signs_it(body: bytes, token: str | None) -> None:
    headers = signed_headers(
        Credentials("AKID", "secret", token),
        region="eu-central-1",
        service="dynamodb",
        headers=_HEADERS,
        body=body,
        now=_STAMP,
    )

    assert headers["authorization"] == _theirs(body, token)
    assert headers.get("x-amz-security-token") == token


@pytest.mark.parametrize("text", ["secret", "token"])
def test_credentials_show_nothing_of_themselves(text: str) -> None:
    assert text not in repr(Credentials("AKID", "secret", "token"))
