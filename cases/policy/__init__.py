"""The types of a policy: the versioned document that holds every rule, threshold, pool and wording."""
