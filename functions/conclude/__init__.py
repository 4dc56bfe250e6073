"""Writes a backfill's report."""
