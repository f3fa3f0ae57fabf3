"""The desk: web pages for agents, reviewers and leads."""
