"""Cell content as a matrix: every sample and type of the table, in one order."""

import numpy as np
import pandas as pd

from revertome.composition.by_sample import by_sample


def test_every_sample_and_type_has_its_place():
    rows = [("S2", "n", 60), ("S2", "m", None), ("S1", "m", None), ("S1", "n", 55.5)]
    cells = pd.DataFrame(rows, columns=["sample", "cell_type", "percent"]).astype(object)
    wide = by_sample(cells.assign(se=[1.0, 2.0, 3.0, 4.0]))
    assert (list(wide.index), list(wide)) == (["S1", "S2"], ["m", "n"])
    np.testing.assert_array_equal(wide, [[np.nan, 55.5], [np.nan, 60]])
    shuffled = cells.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(by_sample(shuffled), wide)
    errors = by_sample(cells.assign(se=[1.0, 2.0, 3.0, 4.0]), "se")
    np.testing.assert_array_equal(errors, [[3, 4], [2, 1]])
    assert by_sample(cells[:0]).empty
