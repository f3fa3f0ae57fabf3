"""Model providers. `protocol.py` says what one is; each provider is a module or a folder beside it."""
