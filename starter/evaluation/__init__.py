"""Evaluation: how well a policy's classify ladder reads texts whose intents are known."""
