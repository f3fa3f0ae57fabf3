"""Clients for what others run: models, helpdesks, shops."""
