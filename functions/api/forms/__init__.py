"""Forms in which answers are written beside JSON, one module a form."""
