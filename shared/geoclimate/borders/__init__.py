"""Which country a place is in. Its data goes only to the functions that register stations."""
