"""What really happened to commands beside what the client believed, each joined to the exchange that reported it."""
