"""Who signed in where, and what they allowed: a space of its own kind, in the same three pure functions."""
