"""The real servers `make demo` and the tests run on: Temporal and PostgreSQL, from the package index."""
