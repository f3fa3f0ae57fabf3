"""The files customers send, where a helpdesk keeps them. `protocol.py` says what a place to fetch them from is."""
