"""Quirks: named oddities of threads and pages."""
