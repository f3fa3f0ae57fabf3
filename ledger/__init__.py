"""The database of what happened, and the help centre that answers come from."""
