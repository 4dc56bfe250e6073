"""Writes a backup's manifest and signs it."""
