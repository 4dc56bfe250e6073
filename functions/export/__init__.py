"""Writes everything that is kept of an account into one file."""
