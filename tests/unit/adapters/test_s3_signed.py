"""Forms and links that S3 honours, signed without asking anybody."""

import base64
import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from geoclimate.adapters.s3_signed import S3Signed, signing_client

NOW = dt.datetime(2026, 1, 31, 5, tzinfo=dt.UTC)
KEY = "providers/a/1/x.csv"


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> S3Signed:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    return S3Signed(signing_client(), "uploads")


def test_a_form_writes_one_key_of_a_bounded_size_for_a_while(signed: S3Signed) -> None:
    form = signed.form(KEY, 2**30, NOW)
    assert form.url == "https://uploads.s3.eu-central-1.amazonaws.com/"
    assert form.expires_at == NOW + dt.timedelta(minutes=15)
    conditions = json.loads(base64.b64decode(form.fields["policy"]))["conditions"]
    assert ["content-length-range", 1, 2**30] in conditions
    assert {"bucket": "uploads"} in conditions
    assert {"key": KEY} in conditions


def test_a_link_reads_one_key_for_five_minutes(signed: S3Signed) -> None:
    address = urlsplit(signed.link(KEY))
    assert (address.netloc, address.path) == ("uploads.s3.eu-central-1.amazonaws.com", f"/{KEY}")
    assert parse_qs(address.query)["X-Amz-Expires"] == ["300"]
