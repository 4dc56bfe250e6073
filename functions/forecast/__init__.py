"""Makes forecasts ahead: inputs from the stores, the endpoint or who answers in its place, forecasts to DynamoDB."""
