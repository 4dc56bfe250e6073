"""Makes forecasts ahead: windows from the store, one call of the endpoint, forecasts to DynamoDB."""
