"""`make test-fuzz`: made-up requests to every operation on a local stack of its own, through the gateway.

No answer may be a 5xx, have a status that the document does not tell of, or break its schema. What is found is printed
with the request as a curl command; the exit code is 1 then.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.failures import FailureGroup

from local import cloud
from local.consumer import Consumer, api_url, create_user, plan_key, sign_in
from local.demo.make_files import FILES
from local.deployment import deploy
from local.openapi import made_document
from local.place import Place
from local.uploads import drop_files
from tests.api_cases import CHECKS, Case, described, operations_of
from tests.free_port import free_port

_USER = "fuzz@example.org"
_PASSWORD = "Made-up-9-requests"
_ERASING = ("delete", "/v1/me")
"""Erases the caller, whose token and key all other requests need; it has tests of its own."""


@dataclass
class Outcome:
    """What came of all requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def main() -> int:
    """Deploy, send, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000, help="requests in all, at least")
    parser.add_argument("--seed", type=int, default=20_260_301, help="which requests are made up")
    options = parser.parse_args()
    with _stack() as (url, consumer):
        outcome = _send_all(url, consumer, options.cases, options.seed)
    total = outcome.statuses.total()
    print(
        f"{total:,} requests: "
        + ", ".join(f"{count:,} x {status}" for status, count in sorted(outcome.statuses.items()))
    )
    for failure in outcome.failures:
        print(failure, file=sys.stderr)
    print(f"{len(outcome.failures)} operations break their description")
    return 1 if outcome.failures or total < options.cases else 0


def _send_all(url: str, consumer: Consumer, cases: int, number: int) -> Outcome:
    document = made_document()
    schema = described(document, url)
    operations = [one for one in operations_of(document) if (one[0].lower(), one[1]) != _ERASING]
    outcome = Outcome()
    each = -(-cases // len(operations))
    for again in count():
        if outcome.failures or (again and outcome.statuses.total() >= cases):
            break
        for method, path in operations:
            # Operations with few different requests are done before their share is; others make up for them.
            if again and outcome.statuses.total() >= cases:
                break

            @seed(number + again)
            @settings(
                max_examples=each,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.explicit, Phase.generate),
            )
            @given(case=schema[path][method].as_strategy())
            def answers(case: Case[Any]) -> None:
                response = case.call(headers=consumer.headers())
                outcome.statuses[response.status_code] += 1
                case.validate_response(response, checks=CHECKS)

            try:
                answers()
            except (FailureGroup, ExceptionGroup) as error:
                outcome.failures.append(f"{method} {path}: {error}")
            print(f"{outcome.statuses.total():>7,}  {method} {path}", flush=True)
    return outcome


@contextmanager
def _stack() -> Iterator[tuple[str, Consumer]]:
    """A deployed stack with a demo station, and somebody who may do everything."""
    with tempfile.TemporaryDirectory(prefix="geoclimate-fuzz-") as folder:
        place = Place(port=free_port(), folder=Path(folder))
        cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)
        try:
            outputs = deploy(place)
            create_user(place, outputs, _USER, _PASSWORD)
            cognito = place.session().client("cognito-idp", endpoint_url=place.url, config=place.config())
            cognito.admin_add_user_to_group(UserPoolId=outputs["UserPoolId"], Username=_USER, GroupName="admin")
            drop_files(place, outputs, FILES / "records/csv.gz/locationid=900001/year=2014", lambda *_: None, 300)
            consumer = Consumer(sign_in(place, outputs, _USER, _PASSWORD), plan_key(place, outputs, "Enterprise"))
            yield api_url(place, outputs), consumer
        finally:
            cloud.stop(state_dir=place.state)


if __name__ == "__main__":
    sys.exit(main())
