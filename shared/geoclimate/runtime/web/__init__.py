"""What the functions that answer the API share: errors as problems, who calls, and what every route is guarded by."""
