"""Observations as columns, for whole files: numpy and pyarrow, between the domain and the services."""
