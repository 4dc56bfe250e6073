"""Which files `make up` drops in the bucket."""

import datetime as dt
import hashlib
from pathlib import Path

from geoclimate.services.ports import TakenFile
from local.uploads import not_taken
from tests.ingest_fakes import LedgerInMemory, Trouble


def test_drops_the_files_whose_content_was_not_taken_in(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("taken.csv.gz", "lost.csv.gz")}
    for name, path in files.items():
        path.write_text(name)
    digest = hashlib.sha256(b"taken.csv.gz").hexdigest()
    taken = TakenFile(digest, "elsewhere.csv.gz", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), accepted=1, refused=0)

    assert not_taken(LedgerInMemory(Trouble(), {digest: taken}), files) == ["lost.csv.gz"]
