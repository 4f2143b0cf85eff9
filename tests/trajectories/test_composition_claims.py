"""Of which genes nothing is claimed beyond composition, and why."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from revertome.composition.cells_used import CellsUsed
from revertome.limma.measurement_error import Errors
from revertome.trajectories.composition_claims import (
    MARKER,
    NOISY,
    UNSHOWN,
    left_out,
    unclaimed,
    why_not,
)
from revertome.trajectories.composition_planes import Split
from revertome.trajectories.composition_table import SCREENED

NAMES = pd.Index(list("abcd"))


def split(*reliable):
    return Split({}, np.array(reliable), np.zeros((4, 1)))


def used(unknown=()):
    return CellsUsed(pd.DataFrame({"neutrophils": [1.0]}), Errors(), list(unknown))


def test_a_gene_of_odd_weights_stops_itself_alone():
    odd = split(0.67, -0.4, 0.7, 0.66)
    assert why_not(odd, used()) == ""
    assert left_out(NAMES, ["d"], odd, "").tolist() == ["", NOISY, "", MARKER]


@pytest.mark.parametrize("reliable", [(0.1,), (0.1, 0.9, 0.15, 0.1), (-2.0,)])
def test_where_cells_are_mostly_error_for_most_genes_nothing_is_claimed(reliable):
    words = why_not(split(*reliable), used())
    share = max(np.median(reliable), 0)
    assert words.startswith(f"of some combination of cell types only {share:.0%} of the variance")
    assert left_out(NAMES, ["d"], split(*reliable), words).tolist() == ["", "", "", MARKER]
    assert why_not(split(0.9), used(["neutrophils"])).startswith(
        "the reliability of neutrophils is"
    )


def test_each_gene_has_its_own_reason():
    classes = np.array(["reverted", "induced", "reverted", "unresolved"], dtype=object)
    beyond = np.array(["reverted", "unresolved", None, "unresolved"], dtype=object)
    reasons = np.array(["", "", NOISY, ""], dtype=object)
    calls = SimpleNamespace(
        screen={"reverted": np.array([True] * 3), "induced": np.array([True, False, True])}
    )
    assert unclaimed(classes, beyond, calls, reasons, "") == [
        None,
        SCREENED["induced"],
        NOISY,
        None,
    ]
    calls.screen["induced"][1] = True
    assert unclaimed(classes, beyond, calls, reasons, "")[1] == UNSHOWN["induced"]
    assert unclaimed(classes, beyond, calls, reasons, "all")[1:3] == ["all", "all"]
