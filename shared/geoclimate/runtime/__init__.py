"""What every Lambda function needs at its edge: settings, logging, metrics, problem+json."""
