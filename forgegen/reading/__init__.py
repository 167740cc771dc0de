"""Reading pages: bytes and HTML to truth."""
