"""Systems of record for customers, orders and money. `protocol.py` says what one is."""
