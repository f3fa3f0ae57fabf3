"""What touches the world, one module per job; the clients are handed in."""
