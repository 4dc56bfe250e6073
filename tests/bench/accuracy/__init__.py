"""`make bench-accuracy`: how good the forecasts are on real data, and the page that says so."""
