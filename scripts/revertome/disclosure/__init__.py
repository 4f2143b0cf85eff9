"""Disclosure control: what of a study may leave intake when people are to stay unknown."""
