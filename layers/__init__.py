"""The Lambda layers: built from the lock for a stage's interpreter and platform."""
