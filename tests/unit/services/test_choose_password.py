"""The pool's rules are told before the pool is asked."""

from dataclasses import replace

import pytest

from geoclimate.domain.account_errors import WeakPassword
from geoclimate.services.choose_password import replace_password, reset_password, sign_up
from geoclimate.services.identity_ports import Challenge, Tokens
from tests.identity_fakes import CODE, UserPoolInMemory

ADA = "ada@example.org"


def test_a_weak_password_is_refused_before_the_address_is_looked_at() -> None:
    pool = UserPoolInMemory()
    pool.add(ADA, "Correct-horse-7")
    for email in (ADA, "new@example.org"):
        with pytest.raises(WeakPassword) as refusal:
            sign_up(pool, email, "correct-horse-7")
        assert refusal.value.rules == ("must have an upper-case letter, A to Z",)
    assert len(pool.members) == 1


def test_a_weak_password_does_not_use_the_code_up() -> None:
    pool = UserPoolInMemory()
    pool.add(ADA, "Correct-horse-7")
    pool.send_reset_code(ADA)
    with pytest.raises(WeakPassword):
        reset_password(pool, ADA, CODE, "weak")
    reset_password(pool, ADA, CODE, "Another-horse-8")
    (member,) = pool.members.values()
    assert member.password == "Another-horse-8"


def test_a_weak_password_in_place_of_the_administrator_s_is_told_its_rules_and_ends_no_sign_in() -> None:
    pool = UserPoolInMemory()
    member = pool.members[pool.add(ADA, "Correct-horse-7")]
    member.user = replace(member.user, status="FORCE_CHANGE_PASSWORD")
    asked = pool.sign_in(ADA, "Correct-horse-7")
    assert isinstance(asked, Challenge)
    with pytest.raises(WeakPassword) as refusal:
        replace_password(pool, pool, asked, ADA, "another-horse-8")
    assert refusal.value.rules == ("must have an upper-case letter, A to Z",)
    assert isinstance(replace_password(pool, pool, asked, ADA, "Another-horse-8"), Tokens)
