"""Corpora of any size: plan, shards, manifest, formats, and the engines that run the work."""
