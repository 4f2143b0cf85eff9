"""Statistics that several stages use, each in a file named after it."""
