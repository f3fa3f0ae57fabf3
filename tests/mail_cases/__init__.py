"""Real mail and chat on the whole path: what customers write, and what must and must not come of it."""
