"""What the routers of OGC API-EDR have in common: what the collections are, and CoverageJSON."""
