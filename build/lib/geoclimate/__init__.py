"""GeoClimate's domain: observations, features, forecasts, and the ports to the cloud."""
