"""How ops are told."""
