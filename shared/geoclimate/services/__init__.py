"""Use cases, one verb and noun a file; they know the ports and never the cloud."""
