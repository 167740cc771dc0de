"""Plain lines that people write, and the hand in which each of them writes."""
