"""What stands in posts and articles beside their words: quotations, links, pictures, smileys, code, lists, files."""
