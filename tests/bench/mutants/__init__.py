"""Planted bugs of one honest parser, written from public bug reports, and how soon strategies find them.

``python -m tests.bench.mutants`` measures ``forgegen.strategies.pages`` beside two naive strategies.
"""
