"""Ends a candidate's trial: promotes it to production, or retires it."""
