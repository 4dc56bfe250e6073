"""Answers the API's consumers: FastAPI on Mangum; reads only."""
