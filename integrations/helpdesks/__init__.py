"""Helpdesks, where replies and notes are written. `protocol.py` says what one is."""
