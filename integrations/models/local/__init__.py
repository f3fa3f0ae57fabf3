"""The local provider: models that need neither a key nor a network, taught by the policy's own examples."""
