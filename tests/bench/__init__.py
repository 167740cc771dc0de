"""Benchmarks: ratios within one run, each by one command."""
