"""Pages: rendering, reading and quirks put together."""
