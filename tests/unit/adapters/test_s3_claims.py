"""Claims on S3: one holder at a time, and free again when the holder cannot be alive."""

import datetime as dt

import pytest
from types_boto3_s3 import S3Client

from geoclimate.adapters.s3_claims import HOLDERS_LIFE, S3Claims
from geoclimate.domain.errors import Conflict, Unavailable

KEY = "compacting/pm25/2014/01"


class _Clock:
    def __init__(self) -> None:
        self.ahead = dt.timedelta()

    def __call__(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def client(s3: S3Client) -> S3Client:
    s3.create_bucket(Bucket="lake")
    return s3


@pytest.fixture
def claims(client: S3Client, clock: _Clock) -> S3Claims:
    return S3Claims(client, "lake", clock)


def _there(client: S3Client) -> bool:
    return client.list_objects_v2(Bucket="lake")["KeyCount"] == 1


def test_a_claim_is_there_while_it_is_held_and_no_longer(client: S3Client, claims: S3Claims) -> None:
    with claims.hold(KEY):
        assert _there(client)
    assert not _there(client)


def test_a_second_holder_is_refused(claims: S3Claims) -> None:
    with claims.hold(KEY), pytest.raises(Conflict, match=f"somebody else works on {KEY}"), claims.hold(KEY):
        pytest.fail("two hold the claim")


def test_other_keys_are_free(claims: S3Claims) -> None:
    with claims.hold(KEY), claims.hold("compacting/o3/2014/01"):
        pass


def test_a_claim_stays_after_an_error_and_the_next_one_takes_it(client: S3Client, claims: S3Claims) -> None:
    with pytest.raises(Unavailable, match="broken"), claims.hold(KEY):
        raise Unavailable("broken")
    assert _there(client)
    with claims.hold(KEY):
        pass
    assert not _there(client)


def test_a_dead_holder_s_claim_is_free_after_the_longest_life_of_a_function(claims: S3Claims, clock: _Clock) -> None:
    claims._make(KEY)
    clock.ahead = HOLDERS_LIFE - dt.timedelta(minutes=1)
    with pytest.raises(Conflict), claims.hold(KEY):
        pytest.fail("the holder may be alive")
    clock.ahead = HOLDERS_LIFE + dt.timedelta(minutes=1)
    with claims.hold(KEY):
        pass


def test_of_two_that_find_a_free_claim_one_gets_it(
    client: S3Client, claims: S3Claims, clock: _Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims._make(KEY)
    clock.ahead = 2 * HOLDERS_LIFE
    free = claims._free(KEY)
    other = S3Claims(client, "lake", clock)
    monkeypatch.setattr(other, "_free", lambda _: free)
    with claims.hold(KEY), pytest.raises(Conflict), other.hold(KEY):
        pytest.fail("two hold the claim")


def test_a_claim_that_was_given_back_while_it_was_looked_at_is_a_conflict_to_be_tried_again(
    client: S3Client, claims: S3Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_put", lambda *_: None)
    with pytest.raises(Conflict), claims.hold(KEY):
        pytest.fail("nobody wrote a claim")
    assert not _there(client)


def test_a_bucket_that_refuses_for_load_is_unavailable(
    client: S3Client, claims: S3Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise client.exceptions.ClientError({"Error": {"Code": "SlowDown", "Message": "reduce"}}, "PutObject")

    monkeypatch.setattr(client, "put_object", refuse)
    with pytest.raises(Unavailable, match="S3 does not answer"), claims.hold(KEY):
        pytest.fail("nobody wrote a claim")
