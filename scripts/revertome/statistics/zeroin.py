"""Brent's root finder as R's ``uniroot`` steps, so that it stops at the same number."""

from collections.abc import Callable


def zeroin(f: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """Root of `f` between `low` and `high`, where it changes sign (Brent 1973, chapter 4)."""
    a, b, fa, fb = low, high, f(low), f(high)
    c, fc = a, fa
    while True:
        previous = b - a
        if abs(fc) < abs(fb):
            a, b, c, fa, fb, fc = b, c, b, fb, fc, fb
        least = 2 * 2.220446049250313e-16 * abs(b) + tolerance / 2
        step = (c - b) / 2
        if abs(step) <= least or fb == 0:
            return b
        if abs(previous) >= least and abs(fa) > abs(fb):
            p, q = _interpolation((a, b, c), (fa, fb, fc))
            if p < 0.75 * (c - b) * q - abs(least * q) / 2 and p < abs(previous * q / 2):
                step = p / q
        if abs(step) < least:
            step = least if step > 0 else -least
        a, fa, b = b, fb, b + step
        fb = f(b)
        if (fb > 0) == (fc > 0) and fb != 0:
            c, fc = a, fa


def _interpolation(
    points: tuple[float, float, float], values: tuple[float, float, float]
) -> tuple[float, float]:
    """Secant or inverse quadratic step p / q with p >= 0."""
    (a, b, c), (fa, fb, fc) = points, values
    second = fb / fa
    if a == c:
        p, q = (c - b) * second, 1 - second
    else:
        ratio, first = fa / fc, fb / fc
        p = second * ((c - b) * ratio * (ratio - first) - (b - a) * (first - 1))
        q = (ratio - 1) * (first - 1) * (second - 1)
    return (p, -q) if p > 0 else (-p, q)
