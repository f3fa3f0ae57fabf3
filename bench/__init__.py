"""What Signalbox costs, measured beside what the engine costs."""
