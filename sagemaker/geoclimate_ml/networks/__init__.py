"""The networks that forecast: one encoder a file, and what they share."""
