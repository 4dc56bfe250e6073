"""Freezes the stored observations into a training data set."""
