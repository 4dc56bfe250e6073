"""Entities, units and rules of air-quality measurements; standard library only."""
