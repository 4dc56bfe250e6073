"""Deletes what was made to serve models that nothing goes back to."""
