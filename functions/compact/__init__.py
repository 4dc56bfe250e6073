"""Puts the small files of one partition of the lake together."""
