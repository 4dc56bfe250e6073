"""Shapes that cross a border: HTTP, events, workflows, table keys, model input and output."""
