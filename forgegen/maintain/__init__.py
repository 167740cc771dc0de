"""Maintenance commands that freeze data into the package; run by hand, never by users."""
