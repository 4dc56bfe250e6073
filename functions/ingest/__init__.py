"""Takes uploaded files in: S3 to SQS to here, observations to DynamoDB, a report beside the upload."""
