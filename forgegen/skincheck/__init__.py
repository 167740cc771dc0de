"""Skins put to the test: hostile threads, pages read back, lint, addresses, lists."""
