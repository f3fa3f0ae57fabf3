"""A small helpdesk to try Signalbox with: tickets, replies customers read, notes only colleagues read."""
