"""Looks for drift in what the stations measure, and asks for training where it is widespread."""
