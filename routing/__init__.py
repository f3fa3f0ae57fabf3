"""The rules that decide, as pure functions over a rulebook or a policy."""
