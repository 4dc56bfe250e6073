"""Erases an account from everywhere."""
