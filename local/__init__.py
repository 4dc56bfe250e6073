"""All that exists only to run the platform on one machine."""
