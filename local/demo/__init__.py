"""The demo station's real measurements, as a provider would drop them, and the script that made the files."""
