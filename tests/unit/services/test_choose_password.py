"""The pool's rules are told before the pool is asked."""

import pytest

from geoclimate.domain.account_errors import WeakPassword
from geoclimate.services.choose_password import reset_password, sign_up
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
