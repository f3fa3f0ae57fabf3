"""The demo shop, Acme Outdoor: a small system of record over HTTP that does each action once under one key.

It stands in for a real shop, so it shares nothing with Signalbox but the shared types: its own process, its own
schema of the database, its own refusals. `service.py` is the way in; `executing.py` is the contract. A profile
makes it another kind of shop, such as one without keys.
"""
