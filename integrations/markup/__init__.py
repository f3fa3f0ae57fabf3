"""Mail that comes as HTML: what a reader sees of it, and what its own markup says of its parts."""
