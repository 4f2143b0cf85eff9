"""Log2 expression from raw intensities: Affymetrix CEL files by RMA, BeadChips by neqc."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.arrays.beadchip import read_beadchip
from revertome.intake.arrays.cdf import Cdf, read_cdf
from revertome.intake.arrays.cel import cel_files, read_cel
from revertome.intake.arrays.rma import rma
from revertome.intake.columns import few

SOURCES = ("cel", "beadchip")
_GEO_FILE = re.compile(r"^(GSM\d+)[_.-].+")


def read_arrays(intake: Mapping[str, Any], listed: frozenset[str]) -> tuple[pd.DataFrame, str]:
    """Make log2 expression of the raw intensities of a study.

    Parameters
    ----------
    intake : mapping
        `source` cel: `matrix`, the folder of CEL files, and `cdf`; beadchip: `matrix`, the sample
        probe profile, and perhaps `controls` and `probe_id`.
    listed : frozenset of str
        All words of the sample sheet. CEL files named `GSM123_<more>` are called GSM123 where the
        sheet holds none of the longer names.

    Returns
    -------
    expression : DataFrame
        Features x samples, log2.
    method : str
        How it was made.
    """
    if intake["source"] == "beadchip":
        return read_beadchip(intake["matrix"], intake.get("controls"), intake.get("probe_id"))
    if not intake.get("cdf"):
        raise StudyError("intake.cdf is missing; source 'cel' needs the CDF file of the platform")
    files, cdf = cel_files(intake["matrix"]), read_cdf(intake["cdf"])
    probes = np.array([_probes(path, cdf, intake["cdf"]) for path in files.values()])
    names = list(files)
    short = [found[1] if (found := _GEO_FILE.match(name)) else "" for name in names]
    if not listed.intersection(names) and all(short) and len(set(short)) == len(names):
        names = short
    values = pd.DataFrame(rma(probes, cdf.sizes).T, pd.Index(cdf.probe_sets, name="feature"), names)
    return values, f"RMA of {len(names)} arrays, layout {Path(intake['cdf']).name}"


def _probes(path: Path, cdf: Cdf, layout: str) -> npt.NDArray[np.float64]:
    cel = read_cel(path)
    if (cel.columns, cel.rows) != (cdf.columns, cdf.rows):
        raise StudyError(
            f"{path}: an array of {cel.columns} x {cel.rows} cells, {layout} lays out "
            f"{cdf.columns} x {cdf.rows}; is it another platform's?"
        )
    probes: npt.NDArray[np.float64] = cel.intensity[cdf.cells]
    if probes.min() == probes.max():
        raise StudyError(f"{path}: every probe has the same intensity ({few([probes[0]])})")
    return probes
