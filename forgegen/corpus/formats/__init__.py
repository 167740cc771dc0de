"""What corpora are written as: one module a format, with one decorated class."""
