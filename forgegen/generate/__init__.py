"""From (edition, seed, index) to a realistic thread."""
