"""The shared types of Signalbox: what every room may import, and which imports nothing of ours."""
