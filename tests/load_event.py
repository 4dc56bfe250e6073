"""Sample events, one file a trigger and variant under `events/`, for every kind of test and for runs by hand."""

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[1] / "events"


def load_event(name: str, **changes: Any) -> dict[str, Any]:
    """A sample with some of its values replaced.

    The body of an SQS record is written as JSON in the sample, so that it can be read, and given as the text that
    Lambda delivers; a body that is a text already stays one.

    Args:
        name: Path under `events/` without its ending, such as `sqs/one_upload`.
        changes: New values by path, its steps joined by two underscores: `detail__object__key="a.csv.gz"`,
            `Records__0__body__id="7"`. A step into a list is a number.
    """
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    for path, value in changes.items():
        *steps, last = path.split("__")
        place: Any = event
        for step in steps:
            place = place[int(step) if isinstance(place, list) else step]
        place[int(last) if isinstance(place, list) else last] = value
    if name.startswith("sqs/"):
        for record in event["Records"]:
            if not isinstance(record["body"], str):
                record["body"] = json.dumps(record["body"])
    return event
