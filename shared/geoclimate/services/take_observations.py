"""From the blocks of a file of observations to batches in a sink, through the rules of places and series."""

import tempfile
from dataclasses import replace
from pathlib import Path

from geoclimate.columnar.blocks import Batch
from geoclimate.columnar.check_places import PlaceCheck
from geoclimate.columnar.check_series import SeriesChecks
from geoclimate.domain.delivery import Delivery
from geoclimate.services.list_refusals import RefusalList
from geoclimate.services.read_upload import ObservationRows
from geoclimate.services.store_rows import RowSink
from geoclimate.services.tally_rows import RowTally


def take_observations(
    rows: ObservationRows, delivery: Delivery, sink: RowSink, refused: RefusalList, value_column: str | None
) -> RowTally:
    """Hand every row on to a sink.

    Args:
        rows: The file.
        delivery: What its rows have in common.
        sink: Where they go.
        refused: Takes those that break a rule.
        value_column: The one column of values that the format has, or None.

    Returns:
        What they came to.

    Raises:
        UnreadableFile: The file as a whole cannot be read.
        Unavailable: A store does not answer.
    """
    tally = RowTally(rows.vocabulary, delivery.uploaded_at, refused)

    def hand_on(batch: Batch) -> None:
        stored = sink.take(batch)
        refusals = [
            replace(refusal, column=refusal.column or value_column) for refusal in (*batch.refusals, *stored.refused)
        ]
        tally.add_accepted(batch.columns)
        tally.add_stored(stored)
        refused.add(refusals)
        tally.add_repeated(batch.repeated)
        sink.refuse(refusals)

    with tempfile.TemporaryDirectory() as folder:
        places = PlaceCheck(rows.vocabulary)
        checks = SeriesChecks(rows.vocabulary, Path(folder), delivery)
        for each in rows.blocks:
            block = places.check(each)
            refused.add(block.refusals)
            tally.add_skipped(block.skipped)
            sink.refuse(block.refusals)
            for batch in checks.add(block):
                hand_on(batch)
        for batch in checks.finish():
            hand_on(batch)
    refused.finish()
    sink.finish()
    return tally
