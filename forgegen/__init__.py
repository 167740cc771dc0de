"""Realistic and nasty forum pages with their exact ground truth."""
