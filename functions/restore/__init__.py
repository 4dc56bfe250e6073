"""Verifies a backup and writes one table's items back."""
