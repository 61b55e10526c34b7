"""Everything that happens to a shared server, done to one on purpose, with people at work on it."""
