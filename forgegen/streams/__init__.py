"""Named, seeded, order-free streams of choices and the integer mathematics on them."""
