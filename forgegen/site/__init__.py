"""The site: a whole forum over the generator, nothing stored, with faults, for real clients to crawl."""
