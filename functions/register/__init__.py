"""Checks a trained model's artifact and evaluation, registers it, and says whether it may be deployed."""
