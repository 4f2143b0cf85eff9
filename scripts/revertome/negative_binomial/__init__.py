"""Negative binomial regressions of counts, all genes at once.

Variance mu + alpha mu^2, log link, natural logarithms. Arrays are samples x genes.

- ``fit.fit(counts, design, offset, alpha, min_mu=0.5, ridge=1e-6, start=None, hat=True)``:
  coefficients (G, p), means (n, G), hat diagonals, converged. `offset` is log size factors or log
  effective library sizes, (n,) or (n, G); ``min_mu=0, ridge=0`` is the plain likelihood; `start`
  takes the coefficients of a fit at another dispersion.
- ``dispersion.maximise(counts, design, mu, min_disp, max_disp, center, variance)``: dispersions at
  the largest maximum of the Cox-Reid adjusted profile likelihood at given means, with a normal
  prior of log(alpha) where `variance` is given.
- ``dispersion.profile_likelihood(counts, design, mu, alpha)``: that likelihood, for a grid of
  dispersions.
- ``design.layout(design)``: the plan of a design (patients swept out, closed form for pairs), which
  the functions above take in place of the matrix; to be made once for many calls.
- ``inference.AbsorbedInference``: the same as PyDESeq2's inference object.
"""
