"""Where events are kept, and the ledger that turns a kept stream into a space at any moment."""
