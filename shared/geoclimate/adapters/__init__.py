"""The ports' implementations on AWS; the only package of ours that imports boto3."""
