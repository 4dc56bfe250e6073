"""Which versions of a model nothing goes back to any more."""

import datetime as dt
from collections.abc import Iterable

from geoclimate.domain.models import ModelRecord, RegistryStage


def spent_versions(records: Iterable[ModelRecord], kept: int) -> frozenset[str]:
    """Versions that are retired and that no rollback would be looked for.

    A version that never was in production is spent as soon as it is retired, since nothing can bring it back. Of those
    that were, the last few to come into production are kept, and the one that a rollback without a name goes back to.

    Args:
        records: Every version of one target.
        kept: How many of those that were in production are kept.
    """
    retired = [record for record in records if record.stage is RegistryStage.RETIRED]
    former = sorted((_since(record), record.version) for record in retired if record.promoted_at is not None)
    returnable = {version for _, version in former[max(0, len(former) - kept) :]}
    returnable |= {
        record.replaced
        for record in records
        if record.stage is RegistryStage.PRODUCTION and record.replaced is not None
    }
    return frozenset(record.version for record in retired if record.version not in returnable)


def _since(record: ModelRecord) -> dt.datetime:
    return record.promoted_at or record.created_at
