"""The ingest function's wiring in a process of its own, for the tests that kill it: `take_upload MESSAGE`.

Writes one byte to its output for each request that it sends, so that whoever watches knows how far it is.
"""

import os
import sys

import boto3

from functions.ingest.bootstrap import upload_receiver


def main(message: str) -> None:
    session = boto3.Session()
    session.events.register("before-send", count_request)
    boto3.DEFAULT_SESSION = session

    outcome = upload_receiver()(message)
    assert outcome.quarantined is None, outcome.summary


def count_request(**_request: object) -> None:
    os.write(1, b".")


if __name__ == "__main__":
    main(sys.argv[1])
