"""Makes forecasts ahead: inputs from the stores, the endpoint or whoever answers in its place, forecasts to DynamoDB."""
