"""Differential expression: one table a contrast.

Paired contrasts are moderated paired t-tests (patients as fixed effects); contrasts against
healthy come from one joint model with a consensus patient correlation.
"""
