"""The audit log's chains: whatever is done to what was written, it shows."""

import datetime as dt
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.audit import CHAINS, NOBODY, Entry, Event, beginning, chain_of, digest_of, next_entry
from geoclimate.domain.audit_chain import Fault, check_entries, check_head
from tests.audit_fakes import NOW, event

CHAIN = 3


def chain_of_length(length: int) -> list[Entry]:
    entries: list[Entry] = []
    place = beginning(CHAIN)
    for number in range(length):
        entries.append(next_entry(place, event(request_id=f"r-{number}", at=NOW + dt.timedelta(seconds=number))))
        place = entries[-1].link
    return entries


def faults(entries: list[Entry], written: list[Entry]) -> list[str]:
    """What a verification of `entries` finds where `written` was written, and the head says so."""
    found, end = check_entries(beginning(CHAIN), entries)
    return [fault.kind for fault in (*found, *check_head(end, written[-1].link))]


@given(length=st.integers(1, 12))
def test_what_was_written_has_no_fault(length: int) -> None:
    entries = chain_of_length(length)
    assert faults(entries, entries) == []


def test_an_empty_chain_without_a_head_has_no_fault() -> None:
    assert check_head(beginning(CHAIN), None) == ()


# Another value of each field; a new field of the event needs one here.
OTHER: dict[str, object] = {
    "at": NOW - dt.timedelta(microseconds=1),
    "actor": "eve",
    "operation": "revoke_key",
    "permission": None,
    "method": "DELETE",
    "resource": "/v1/keys/1",
    "network": None,
    "request_id": "r-x",
    "outcome": "refused",
    "status": None,
    "problem": "forbidden",
}


@pytest.mark.parametrize("name", [field.name for field in fields(Event)])
@given(data=st.data())
def test_a_changed_member_of_an_event_shows(name: str, data: st.DataObject) -> None:
    written = chain_of_length(5)
    place = data.draw(st.integers(0, 4))
    bent = [*written]
    bent[place] = replace(written[place], event=replace(written[place].event, **{name: OTHER[name]}))  # type: ignore[arg-type] # named by a test
    assert faults(bent, written) == ["changed"]


@given(data=st.data(), length=st.integers(1, 8))
def test_a_changed_entry_with_a_digest_to_match_shows_in_its_neighbour_or_the_head(
    data: st.DataObject, length: int
) -> None:
    written = chain_of_length(length)
    place = data.draw(st.integers(0, length - 1))
    event_ = replace(written[place].event, actor="eve")
    digest = digest_of(CHAIN, written[place].sequence, written[place].previous, event_)
    bent = [*written]
    bent[place] = replace(written[place], event=event_, digest=digest)
    assert faults(bent, written) == ["head differs" if place == length - 1 else "not linked"]


@pytest.mark.parametrize("name", ["previous", "digest"])
@given(data=st.data())
def test_a_changed_link_shows(name: str, data: st.DataObject) -> None:
    written = chain_of_length(4)
    place = data.draw(st.integers(0, 3))
    bent = [*written]
    bent[place] = replace(written[place], **{name: "f" * 64})  # type: ignore[arg-type] # named by a test
    assert "changed" in faults(bent, written)


@given(data=st.data(), length=st.integers(1, 8))
def test_a_missing_entry_shows_wherever_it_was(data: st.DataObject, length: int) -> None:
    written = chain_of_length(length)
    gone = data.draw(st.integers(0, length - 1))
    assert faults(written[:gone] + written[gone + 1 :], written) == ["missing"]


def test_a_missing_end_is_told_with_the_first_place_that_lacks() -> None:
    written = chain_of_length(5)
    _, end = check_entries(beginning(CHAIN), written[:3])
    assert check_head(end, written[-1].link) == (Fault(CHAIN, 4, "missing"),)


def test_a_chain_that_lost_its_head_shows() -> None:
    written = chain_of_length(2)
    _, end = check_entries(beginning(CHAIN), written)
    assert check_head(end, None) == (Fault(CHAIN, 2, "head differs"),)


@given(data=st.data(), length=st.integers(2, 8))
def test_two_entries_that_were_exchanged_show(data: st.DataObject, length: int) -> None:
    written = chain_of_length(length)
    first, second = sorted(data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True)))
    bent = [*written]
    bent[first], bent[second] = bent[second], bent[first]
    assert faults(bent, written)


@given(data=st.data(), length=st.integers(2, 8))
def test_two_events_that_were_exchanged_in_their_places_show(data: st.DataObject, length: int) -> None:
    written = chain_of_length(length)
    first, second = sorted(data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True)))
    bent = [*written]
    bent[first] = replace(written[first], event=written[second].event)
    bent[second] = replace(written[second], event=written[first].event)
    assert faults(bent, written) == ["changed", "changed"]


@given(data=st.data(), length=st.integers(1, 8))
def test_an_entry_that_was_put_in_between_shows(data: st.DataObject, length: int) -> None:
    written = chain_of_length(length)
    place = data.draw(st.integers(0, length - 1))
    forged = next_entry(written[place].link, event(actor="eve"))
    assert faults([*written[: place + 1], forged, *written[place + 1 :]], written)


def test_an_entry_of_another_chain_shows() -> None:
    written = chain_of_length(3)
    stranger = next_entry(beginning(CHAIN + 1), event())
    assert "changed" in faults([stranger, *written[1:]], written)


@given(stop=st.integers(0, 6))
def test_a_stretch_goes_on_where_the_one_before_ended(stop: int) -> None:
    entries = chain_of_length(6)
    first, place = check_entries(beginning(CHAIN), entries[:stop])
    second, end = check_entries(place, entries[stop:])
    assert (first, second, end) == ((), (), entries[-1].link)


@given(actor=st.text(min_size=1), one=st.text(), two=st.text())
def test_an_actor_s_entries_are_all_in_one_chain(actor: str, one: str, two: str) -> None:
    if actor != NOBODY:
        assert chain_of(actor, one) == chain_of(actor, two)


def test_what_nobody_did_is_spread_over_chains_that_no_account_writes_to() -> None:
    nobody = {chain_of(NOBODY, f"r-{number}") for number in range(500)}
    accounts = {chain_of(f"{number:032x}", "r-1") for number in range(500)}
    assert not nobody & accounts
    assert nobody | accounts == set(range(CHAINS))
