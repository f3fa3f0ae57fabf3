"""Sources, where tickets come from: what each one's deliveries look like. `protocol.py` says what an adapter is."""
