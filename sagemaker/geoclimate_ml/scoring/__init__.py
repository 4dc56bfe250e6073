"""Scores of quantile forecasts on plain arrays, the same for every forecaster."""
