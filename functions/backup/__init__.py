"""Exports one table into a backup."""
