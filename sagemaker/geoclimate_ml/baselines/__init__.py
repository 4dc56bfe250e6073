"""Forecasters that a model must beat, run in the same evaluation."""
