"""Tells which model is in production."""
