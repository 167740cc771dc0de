"""Corpora of any size: plan, shards, manifest, formats, and the executors that run the work."""
