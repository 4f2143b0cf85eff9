"""Dispersions of negative binomial models: how they follow the mean, and their prior."""
