"""The demo's help centre: what Acme Outdoor tells its customers, in three languages."""
