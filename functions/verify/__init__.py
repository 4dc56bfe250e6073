"""Scores forecasts against what was observed later, and takes them to the lake."""
