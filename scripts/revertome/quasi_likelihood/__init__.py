"""Quasi-likelihood negative binomial models of counts, equal to edgeR 3.40's."""
