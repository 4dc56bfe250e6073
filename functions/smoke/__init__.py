"""Asks the endpoint for forecasts from real windows and checks the answer against the contract."""
