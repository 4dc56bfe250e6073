"""What answers look like as rows and columns, one module a resource; CSV and NDJSON write them."""
