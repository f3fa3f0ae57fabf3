"""The doors in: the HTTP interface and the command line."""
