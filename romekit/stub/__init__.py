"""The simulated cloud: HTTP in, one call on the world, HTTP out. Graph routes, identity provider, pages, doors, server."""
