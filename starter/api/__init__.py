"""The HTTP door: what a helpdesk integration talks to."""
