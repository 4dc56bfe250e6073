"""Takes keys that have ended by themselves from the gateway."""
