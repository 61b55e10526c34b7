"""The simulated cloud: HTTP in, one call on the world, HTTP out; Graph, an identity provider, and the doors in."""
