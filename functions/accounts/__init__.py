"""Answers what concerns accounts: signing in, keys, usage, privacy, the audit log."""
