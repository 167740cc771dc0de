"""Judging parsers: predictions compared with truth, scores, checks, and hunts for bugs."""
