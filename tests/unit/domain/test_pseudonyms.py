"""Names that lead to nobody."""

import pytest

from geoclimate.domain.pseudonyms import network_of, pseudonym_of

ADA = "6f1d7a52-6a0e-4a9f-9d58-0f7f3c1f5f10"
BOB = "0b7f2b54-9a5c-4a43-8e5e-4c1d2f8b7a99"


def test_the_pseudonym_of_an_account_is_always_the_same() -> None:
    assert pseudonym_of(ADA) == pseudonym_of(ADA)


def test_accounts_have_different_pseudonyms_that_do_not_hold_their_ids() -> None:
    assert pseudonym_of(ADA) != pseudonym_of(BOB)
    assert not set(ADA.split("-")) & {pseudonym_of(ADA)[i : i + 8] for i in range(25)}


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48")],
)
def test_an_address_becomes_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_refuses_what_is_no_address() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        network_of("somewhere")
