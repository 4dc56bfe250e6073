"""Finds the partitions of the lake that have many small files."""
