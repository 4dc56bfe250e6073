"""An account gets another usage plan, and its keys with it."""

from collections.abc import Collection
from dataclasses import replace

from geoclimate.domain.account_errors import UnknownPlan
from geoclimate.services.manage_keys import KeyDesk


def assign_plan(desk: KeyDesk, account: str, plan: str, plans: Collection[str]) -> int:
    """Give an account a plan and move all of its keys there; again changes nothing.

    Where the gateway stops answering on the way, some keys are moved and some not, and asking again moves the rest.

    Args:
        desk: Where keys are kept and made.
        account: The account; one that has no keys yet gets the plan for those to come.
        plan: Name of the plan.
        plans: Names of all plans.

    Returns:
        How many keys the account has.

    Raises:
        UnknownPlan: There is no such plan.
        Conflict: The owner changed one of the keys at this moment; to be asked again.
        Unavailable: A store or the gateway does not answer; to be asked again.
    """
    if plan not in plans:
        raise UnknownPlan(f"There is no plan {plan!r}; there are {', '.join(sorted(plans))}.")
    # First, so that a key that is made meanwhile is made in the new one.
    desk.store.assign(account, plan)
    keys = desk.store.keys(account)
    for key in keys:
        if key.plan != plan:
            desk.gateway.move(key.key_id, key.plan, plan)
            desk.store.change(key, replace(key, plan=plan))
    return len(keys)
