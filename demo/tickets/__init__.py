"""Real-looking tickets for the demo: what customers write, what they write later, and what a reviewer does."""
