"""Moves a model to its next stage: on trial, into production, or out of the running."""
