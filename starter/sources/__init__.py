"""Sources as this installation has them: adapters, secrets and clients, and the way of what they send to a case."""
