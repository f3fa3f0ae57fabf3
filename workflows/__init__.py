"""What happens to a ticket, in order. Deterministic: no input or output, no clock, no environment."""
