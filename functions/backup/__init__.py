"""Checks and digests the export of one table for a backup."""
