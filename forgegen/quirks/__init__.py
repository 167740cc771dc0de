"""The quirks: named oddities of pages, one decorated function each, and the registry of them."""
