"""What an account used."""

import datetime as dt

import pytest

from geoclimate.domain.errors import InvalidQuery, Unavailable
from geoclimate.services.read_usage import UsageBook, read_usage
from tests.api_events import ACCOUNT, OTHER_ACCOUNT
from tests.key_fakes import PLANS, START, ClockByHand, KeysInMemory, UsageInMemory

TODAY = START.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def book() -> UsageBook:
    usage = UsageInMemory()
    for account, day, operation, cost in (
        (ACCOUNT, TODAY, "get_forecast", 1),
        (ACCOUNT, TODAY, "get_observations", 5),
        (ACCOUNT, TODAY - 40 * DAY, "get_forecast", 1),
        (OTHER_ACCOUNT, TODAY, "get_forecast", 100),
    ):
        usage.add(account, day, operation, cost)
    return UsageBook(usage, KeysInMemory(), PLANS, ClockByHand())


def test_without_a_window_it_is_the_last_thirty_days(book: UsageBook) -> None:
    usage = read_usage(book, ACCOUNT, None, None)
    assert (usage.first, usage.last) == (TODAY - 29 * DAY, TODAY)
    assert [day.day for day in usage.days] == [TODAY]
    assert [(route.operation, route.cost) for route in usage.days[0].routes] == [
        ("get_forecast", 1),
        ("get_observations", 5),
    ]


def test_where_the_account_stands_today_is_told_with_any_window(book: UsageBook) -> None:
    past = TODAY - 40 * DAY
    usage = read_usage(book, ACCOUNT, past, past)
    assert [day.day for day in usage.days] == [past]
    assert (usage.plan, usage.allowance.used, usage.allowance.remaining) == ("free", 6, 994)


def test_a_plan_that_the_deployment_has_lost_is_ours_to_mend(book: UsageBook) -> None:
    book.keys.assign(ACCOUNT, "gold")
    with pytest.raises(Unavailable, match="'gold'"):
        read_usage(book, ACCOUNT, None, None)


def test_refuses_a_window_that_ends_before_it_begins(book: UsageBook) -> None:
    with pytest.raises(InvalidQuery, match="after the last day"):
        read_usage(book, ACCOUNT, TODAY + DAY, TODAY)


def test_a_window_has_at_most_92_days(book: UsageBook) -> None:
    read_usage(book, ACCOUNT, TODAY - 91 * DAY, TODAY)
    with pytest.raises(InvalidQuery, match="92 days"):
        read_usage(book, ACCOUNT, TODAY - 92 * DAY, TODAY)
