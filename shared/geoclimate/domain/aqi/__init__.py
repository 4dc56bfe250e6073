"""Air quality indexes: their tables as data, and the way from hourly concentrations to an index."""
