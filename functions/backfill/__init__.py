"""Takes one file of a backfill in."""
