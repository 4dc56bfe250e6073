"""Answers what makes the platform work: predictions, jobs, uploads, decisions about models."""
