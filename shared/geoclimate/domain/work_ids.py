"""Ids of what an account has begun: they sort by time, and nobody guesses one."""

import datetime as dt
import secrets
from typing import Final

_RANDOM_BYTES: Final = 6


def new_work_id(now: dt.datetime) -> str:
    """An id such as `20260131-050607-1b9d6bcd4f2a`; ids of the same second are in no order."""
    return f"{now.astimezone(dt.UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(_RANDOM_BYTES)}"
