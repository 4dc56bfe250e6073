"""Lists the files of a backfill."""
