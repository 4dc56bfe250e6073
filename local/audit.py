"""`make audit`: find out whether the audit log is as it was written.

`python -m local.audit` looks at every entry and says what is wrong. Who may write the whole table could write a chain
anew from its beginning; so `--ends FILE` keeps where the chains stand in a file, to be put where nobody of the account
may write, and the next run with that file finds out whether the log still goes through those places.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from geoclimate.adapters.dynamodb_audit import DynamoAuditLog
from geoclimate.domain.audit import Link
from geoclimate.services.audit_ports import AuditLog
from geoclimate.services.verify_audit import verify_audit
from local.command import CommandError, run_command
from local.place import STAGE
from local.target import Target


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the audit log of a stage; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", default=STAGE, help="`local`, or a stage of an AWS account")
    parser.add_argument("--ends", type=Path, help="file that keeps where the chains stand from one run to the next")
    options = parser.parse_args(arguments)
    return run_command(options.stage, lambda target: check(_log_of(target), options.ends))


def check(log: AuditLog, ends: Path | None) -> None:
    """Print what was looked at, and keep where the chains stand where a file is named.

    Raises:
        CommandError: Something is not as it was written; the message names every place. Or the file of ends can be
            neither read nor written.
        Unavailable: The store does not answer.
    """
    known = [] if ends is None else _known(ends)
    found = verify_audit(log)
    wrong = [f"chain {fault.chain:02d}, entry {fault.sequence}: {fault.kind}" for fault in found.faults]
    wrong += [
        f"chain {link.chain:02d}, entry {link.sequence}: another entry than when {ends} was written"
        for link in known
        if not _passes(log, link)
    ]
    if wrong:
        raise CommandError("the audit log is not as it was written:\n  " + "\n  ".join(wrong))
    print(f"{found.entries:,} entries in {len(found.ends)} chains, all as they were written")
    if ends is not None:
        _keep(found.ends, ends)


def _known(ends: Path) -> Sequence[Link]:
    """Where the chains stood when the file was written; nothing where there is none yet."""
    try:
        return [Link(**one) for one in json.loads(ends.read_text())] if ends.exists() else []
    except (OSError, TypeError, ValueError) as error:
        raise CommandError(f"{ends} is no file of ends that an earlier run wrote: {error}") from error


def _keep(found: Sequence[Link], ends: Path) -> None:
    content = json.dumps([{"chain": end.chain, "sequence": end.sequence, "digest": end.digest} for end in found])
    try:
        ends.write_text(content)
    except OSError as error:
        raise CommandError(f"where the chains stand could not be kept: {error}") from error


def _passes(log: AuditLog, link: Link) -> bool:
    """Whether the entry at a place is the one that was there."""
    if link.sequence == 0:
        return True
    found = log.stretch(Link(link.chain, link.sequence - 1, ""), 1)
    return [entry.link for entry in found] == [link]


def _log_of(target: Target) -> DynamoAuditLog:
    return DynamoAuditLog(target.client("dynamodb"), target.outputs()["AuditTableName"])


if __name__ == "__main__":
    raise SystemExit(main())
