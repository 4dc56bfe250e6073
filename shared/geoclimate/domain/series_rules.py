"""Rules that look at a series of values of one instrument, with their parameters."""

from typing import Final

MOST_A_DAY: Final = 1440
"""Values of one instrument on one UTC day: one a minute. Keeps a packed day far below DynamoDB's 400 KB an item."""
