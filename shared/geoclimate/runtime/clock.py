"""The system's clock, as the services' `Clock` port wants it."""

import datetime as dt


def utc_now() -> dt.datetime:
    """Now, UTC and aware."""
    return dt.datetime.now(dt.UTC)
