"""Composition: what share of the white cells of each sample is of which type."""
