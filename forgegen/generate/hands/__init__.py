"""The hands that people write with: how a script joins, ends and types a text."""
