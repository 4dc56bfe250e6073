"""`make mail`: the messages that the local cloud would have sent, such as the code of a sign-up."""

import argparse
import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from local.cloud import CloudError, status
from local.place import Place

_NEWEST = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the newest messages, the newest last; 1 with a clear sentence where no cloud runs here."""
    parser = argparse.ArgumentParser(prog="make mail", description="Print the mail of the local cloud.")
    parser.add_argument("--to", default=None, help="only messages to this address")
    wanted = parser.parse_args(arguments).to
    try:
        messages = read_mail(Place.default(), wanted)
    except (CloudError, httpx.HTTPError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("\n\n".join(map(shown, messages[-_NEWEST:])) or "no mail yet: sign up first, or the cloud was started anew")
    return 0


def read_mail(place: Place, to: str | None = None) -> list[Mapping[str, Any]]:
    """Every message since the cloud was started, the oldest first, to one address where it is given.

    Raises:
        CloudError: No cloud runs here.
        HTTPError: It does not answer.
    """
    running = status(place.state)
    if running is None:
        raise CloudError("no local cloud runs here; `make up` starts it")
    answer = httpx.get(f"{running.url}/_ministack/ses/messages", timeout=10, trust_env=False)
    answer.raise_for_status()
    messages = [message for kept in answer.json()["messages"].values() for message in kept]
    mine = [message for message in messages if to is None or to.lower() in map(str.lower, message["To"])]
    return sorted(mine, key=lambda message: message["Timestamp"])


def shown(message: Mapping[str, Any]) -> str:
    """A message as a person reads it."""
    sent_at = dt.datetime.fromtimestamp(message["Timestamp"], dt.UTC)
    body = message["BodyText"] or message["BodyHtml"]
    return f"{sent_at:%Y-%m-%d %H:%M:%S} UTC  to {', '.join(message['To'])}\n{message['Subject']}\n{body}"


if __name__ == "__main__":
    sys.exit(main())
