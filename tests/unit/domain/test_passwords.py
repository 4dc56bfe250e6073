"""What a password must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.passwords import PasswordPolicy

POLICY = PasswordPolicy(min_length=14, lowercase=True, uppercase=True, digits=True, symbols=True)
LAX = PasswordPolicy(min_length=1, lowercase=False, uppercase=False, digits=False, symbols=False)


def test_a_password_that_keeps_every_rule_breaks_none() -> None:
    assert POLICY.broken_rules("Correct-horse-7") == ()


def test_every_broken_rule_is_named() -> None:
    assert POLICY.broken_rules("") == (
        "must have at least 14 characters",
        "must have a lower-case letter, a to z",
        "must have an upper-case letter, A to Z",
        "must have a digit",
        "must have a symbol, such as - or !",
    )


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("correct-horse-7", "an upper-case letter"),
        ("CORRECT-HORSE-7", "a lower-case letter"),
        ("Correct-horse-b", "a digit"),
        ("Correcthorsebat7", "a symbol"),
        ("Short-7", "14 characters"),
        ("ÄÖÜäöü-äöüäöü-7", "an upper-case letter"),
    ],
)
def test_one_broken_rule_is_named_alone(password: str, missing: str) -> None:
    assert any(missing in rule for rule in POLICY.broken_rules(password))


def test_a_space_inside_is_a_symbol_and_one_at_an_end_is_refused() -> None:
    assert POLICY.broken_rules("Correct horse 7b") == ()
    assert POLICY.broken_rules(" Correcthorse7bat") == (
        "must have a symbol, such as - or !",
        "must neither begin nor end with a space",
    )


@given(st.text(min_size=1).filter(lambda text: text == text.strip()))
def test_where_nothing_is_asked_everything_is_taken(password: str) -> None:
    assert LAX.broken_rules(password) == ()


@given(st.text())
def test_the_rules_never_tell_the_password(password: str) -> None:
    assert len(password) < 4 or all(password not in rule for rule in POLICY.broken_rules("!" + password))
