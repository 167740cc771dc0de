"""News stories and opening posts told from event schemas: what happened when, and what a page may say of it."""
