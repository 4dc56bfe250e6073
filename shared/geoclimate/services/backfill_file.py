"""Take one file of a backfill in, as an upload is, unless this very version was taken before."""

from pydantic import ValidationError

from geoclimate.contracts.backfill import FileResult
from geoclimate.contracts.report import REPORT_SUFFIX, FileProblem, IngestReport
from geoclimate.domain.errors import NotFound
from geoclimate.services.ingest_file import IngestPorts, Upload, ingest_file
from geoclimate.services.ports import StoredUpload, UploadListing
from geoclimate.services.receive_upload import KEY_RULE, LONGEST_KEY


def backfill_file(key: str, *, listing: UploadListing, ports: IngestPorts) -> FileResult:
    """Take a file in, and say in short what became of it.

    A file that an earlier backfill took is not even read again: its report says which version that was, and the ledger
    whether all of it was stored. So a backfill that was stopped goes on where it was when it is started again.

    Raises:
        Unavailable: A part of the platform does not answer; the same call may succeed later.
    """
    if len(key.encode()) > LONGEST_KEY:
        message = f"the key has more than {LONGEST_KEY} bytes, so no report fits beside it: shorten it"
        return FileResult(key=key, status="refused", problem=FileProblem(rule=KEY_RULE, line=None, message=message))
    found = listing.find(key)
    if found is None:
        return FileResult(key=key, status="missing")
    taken = _taken_digest(found, ports)
    if taken is not None:
        return FileResult(key=key, status="already_taken", digest=taken)
    try:
        report = ingest_file(Upload(key, found.version, found.uploaded_at), ports)
    except NotFound:
        return FileResult(key=key, status="missing")
    return FileResult(
        key=key,
        status=report.status,
        digest=report.digest,
        rows=report.rows,
        refused_by_rule=report.refused_by_rule,
        skipped_by_rule=report.skipped_by_rule,
        flagged_by_flag=report.flagged_by_flag,
        problem=report.problem,
        duration_ms=report.duration_ms,
    )


def _taken_digest(found: StoredUpload, ports: IngestPorts) -> str | None:
    """Digest of a version that was taken in whole, without reading it; None where that is not sure.

    The report alone is not enough: it is written before the ledger, and outlives tables that were lost.
    """
    body = ports.uploads.read_beside(found.key, REPORT_SUFFIX)
    if body is None:
        return None
    try:
        report = IngestReport.model_validate_json(body)
    except ValidationError:
        return None
    # By another mapping it is another file, so a file with a mapping is left to ingest, which knows the mapping.
    if found.version is None or report.version != found.version or report.digest is None or report.mapping_key:
        return None
    taken = ports.files.find(report.digest)
    return report.digest if taken is not None and taken.mapping_digest is None else None
