"""The stack of a stage."""
