"""Intake: which samples exist, who is paired with whom, and on which scale the values are."""
