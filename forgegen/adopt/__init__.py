"""Skins of saved pages: finds posts and their fields, and writes templates that show the same, without a word of it."""
