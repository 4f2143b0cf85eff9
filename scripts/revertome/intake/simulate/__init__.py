"""The built-in simulated trial."""
