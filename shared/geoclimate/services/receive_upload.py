"""From a message about an upload to its end: taken in, passed over, or in the dead-letter queue with the reason."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import ValidationError

from geoclimate.contracts.events import UploadEvent
from geoclimate.contracts.report import FOLDER_MAPPING, NO_UPLOADS, OWN_SUFFIXES, IngestReport, Status
from geoclimate.domain.errors import NotFound
from geoclimate.services.ingest_file import IngestPorts, Upload, ingest_file
from geoclimate.services.ports import Quarantine

MESSAGE_RULE: Final = "message"
BUCKET_RULE: Final = "bucket"
MISSING_RULE: Final = "missing-object"
KEY_RULE: Final = "key-length"

LONGEST_KEY: Final = 1024 - max(len(suffix) for suffix in OWN_SUFFIXES)
"""Bytes of an upload's key: S3 takes 1,024, and the report beside it needs a longer one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message.

    Attributes:
        status: The report's; `ignored` for an object that is no upload; `lost` where there was none to report on.
        key: Object key, or None where the message names none.
        report: The report, where there is one.
        quarantined: Rule by which the message went to the dead-letter queue, or None.
    """

    status: Status | Literal["ignored", "lost"]
    key: str | None
    report: IngestReport | None = None
    quarantined: str | None = None

    @property
    def summary(self) -> dict[str, object]:
        """What may go into a log: the key, the digest and counts, and nothing of the contents."""
        known: dict[str, object] = {"status": self.status, "key": self.key, "quarantined": self.quarantined}
        if self.report is not None:
            known |= {
                "digest": self.report.digest,
                "duration_ms": self.report.duration_ms,
                "rows": self.report.rows.model_dump(),
                "refused_by_rule": self.report.refused_by_rule,
            }
        return known


def receive_upload(message: str, bucket: str, ports: IngestPorts, quarantine: Quarantine) -> Outcome:
    """Do what an upload's message asks for.

    Args:
        message: Body of the message: an event of the object's creation as JSON.
        bucket: Name of the bucket in which uploads are expected.
        ports: What taking a file in needs.
        quarantine: Where messages go that no repetition can help.

    Raises:
        Unavailable: A part of the platform does not answer; the message must be delivered again.
    """
    try:
        event = UploadEvent.model_validate_json(message)
    except ValidationError as error:
        reason = f"the message is no event of an upload: {error.error_count()} fields are missing or wrong"
        return _set_aside(message, quarantine, MESSAGE_RULE, reason, None)
    key = event.detail.object.key
    if (refusal := _unfit(event, bucket)) is not None:
        return _set_aside(message, quarantine, *refusal, key)
    # Consoles write an empty object whose key ends in a slash to show a folder.
    is_folder = key.endswith("/") and event.detail.object.size == 0
    if is_folder or key == FOLDER_MAPPING or key.endswith(NO_UPLOADS):
        return Outcome("ignored", key)
    try:
        report = ingest_file(Upload(key, event.detail.object.version_id, event.time.astimezone(dt.UTC)), ports)
    except NotFound as error:
        return _set_aside(message, quarantine, MISSING_RULE, f"{error}: it was deleted before it was read", key)
    # Nobody but the provider is concerned by a preview that cannot be read, and the report says why.
    if report.problem is None or report.preview:
        return Outcome(report.status, key, report)
    _send(message, quarantine, report.problem.rule, report.problem.message, key)
    return Outcome(report.status, key, report, quarantined=report.problem.rule)


def _unfit(event: UploadEvent, bucket: str) -> tuple[str, str] | None:
    """The rule and the reason by which an object is not even read; None where it is."""
    if event.detail.bucket.name != bucket:
        return BUCKET_RULE, f"the event is of the bucket '{event.detail.bucket.name}', and uploads lie in '{bucket}'"
    key = event.detail.object.key
    size = len(key.encode())
    if size > LONGEST_KEY and not key.endswith(NO_UPLOADS):
        return KEY_RULE, f"the key has {size} bytes, and a report fits beside {LONGEST_KEY} at most: shorten it"
    return None


def _set_aside(message: str, quarantine: Quarantine, rule: str, reason: str, key: str | None) -> Outcome:
    _send(message, quarantine, rule, reason, key)
    return Outcome("lost", key, quarantined=rule)


def _send(message: str, quarantine: Quarantine, rule: str, reason: str, key: str | None) -> None:
    attributes = {"rule": rule, "reason": reason}
    quarantine.send(message, attributes if key is None else {**attributes, "key": key})
