"""Many numbers in few letters, for a page: whole numbers of 16 bits, deflated, in base64."""

import base64
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

MISSING = -32768
MOST = 32767
SMALLEST = 1e-32  # p-values below are this one
DIGITS = 1000  # steps in a power of ten of a p-value: 0.2% apart


class Packed:
    """Columns of numbers, each with how it is read again.

    Low bytes come before high bytes, which are much alike and so take little room.
    """

    def __init__(self) -> None:
        self._parts: list[npt.NDArray[np.int16]] = []
        self._length = 0

    def numbers(self, values: npt.ArrayLike, step: float | None = None) -> dict[str, Any]:
        """Add numbers as multiples of a step: by default such a one as `step_of` gives."""
        x = np.asarray(values, dtype=float)
        size = step_of(x) if step is None else step
        return {**self._add(x / size), "step": size}

    def p_values(self, values: npt.ArrayLike) -> dict[str, Any]:
        """Add p-values by their logarithm."""
        x = np.asarray(values, dtype=float)
        return {**self._add(DIGITS * np.log10(np.maximum(x, SMALLEST))), "log": DIGITS}

    def words(self, values: pd.Series) -> dict[str, Any]:
        """Add words by their number in a list."""
        names = sorted(values.dropna().astype(str).unique())
        codes = {name: i for i, name in enumerate(names)}
        return {**self._add(values.map(codes).to_numpy(dtype=float)), "words": names}

    def text(self) -> str:
        """All columns, one after the other."""
        whole = np.concatenate([np.empty(0, np.int16), *self._parts]).astype("<i2").view(np.uint8)
        planes = np.concatenate([whole[0::2], whole[1::2]]).tobytes()
        return base64.b64encode(zlib.compress(planes)).decode()

    def _add(self, values: npt.NDArray[np.float64]) -> dict[str, Any]:
        known = np.isfinite(values)
        whole = np.where(known, np.clip(np.rint(np.where(known, values, 0)), -MOST, MOST), MISSING)
        self._parts.append(whole.astype(np.int16).ravel())
        at, self._length = self._length, self._length + whole.size
        return {"at": at}


def step_of(values: npt.NDArray[np.float64]) -> float:
    """0.01, or the power of ten that gives most numbers two digits, or that leaves them room.

    What has no room is cut, and read as more (or less) than that.
    """
    sizes = np.abs(values[np.isfinite(values)])
    sizes = sizes[sizes > 0]
    if not sizes.size:
        return 0.01
    usual = np.quantile(sizes, 0.9)
    least = np.ceil(np.log10(10 * usual / MOST))
    return float(10.0 ** max(min(-2, np.floor(np.log10(usual)) - 1), least))
