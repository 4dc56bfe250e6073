"""One package a Lambda function; each is wired in its own `bootstrap.py`."""
