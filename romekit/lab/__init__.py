"""A simulated cloud of your own in this process, and what it opens."""
