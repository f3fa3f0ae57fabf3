"""Several models of a policy over the same tickets, side by side."""
