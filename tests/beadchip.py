"""A small BeadChip study, written as GenomeStudio and GEO write it.

`python tests/beadchip.py folder` writes the files behind tests/intake/reference/neqc.R.
"""

import sys
from pathlib import Path

import numpy as np

SAMPLES = ["4811_A", "4811_B", "4811_C", "4811_D"]
PROBES, NEGATIVE, OTHER = 300, 80, 20


def signals():
    """Signals of regular probes, negative and other controls; detection p of the regular ones."""
    rng = np.random.default_rng(21)
    n = len(SAMPLES)
    background = rng.normal(100, 12, (PROBES + NEGATIVE + OTHER, n))
    level = np.exp(rng.normal(2.5, 2.5, (PROBES + OTHER, 1)))
    signal = level * np.exp(rng.normal(0, 0.2, (PROBES + OTHER, n)))
    regular = np.round(background[:PROBES] + signal[:PROBES], 3)
    negative = np.round(background[PROBES : PROBES + NEGATIVE], 3)
    other = np.round(background[PROBES + NEGATIVE :] + signal[PROBES:], 3)
    p = (negative[None] > regular[:, None]).mean(axis=1)
    return regular, negative, other, p


def sample_profile():
    """As GenomeStudio exports it."""
    regular, _, _, p = signals()
    lines = ["Illumina Inc. GenomeStudio version 1.9.0", "Normalization = none", ""]
    names = [f"{s}.AVG_Signal\t{s}.Detection Pval\t{s}.BEAD_STDERR" for s in SAMPLES]
    lines.append("\t".join(["TargetID", "ProbeID", "PROBE_ID", *names]))
    for i, (row, q) in enumerate(zip(regular, p, strict=True)):
        cells = [f"{x!r}\t{v!r}\t1.5" for x, v in zip(row.tolist(), q.tolist(), strict=True)]
        lines.append("\t".join([f"GENE{i}", str(10000 + i), f"ILMN_{1650000 + i}", *cells]))
    return "\n".join(lines) + "\n"


def control_profile():
    _, negative, other, _ = signals()
    names = [f"{s}.AVG_Signal\t{s}.Detection Pval" for s in SAMPLES]
    lines = ["\t".join(["TargetID", "ProbeID", *names])]
    rows = [("NEGATIVE", row) for row in negative] + [("HOUSEKEEPING", row) for row in other]
    for i, (kind, row) in enumerate(rows):
        lines.append("\t".join([kind, str(50000 + i), *[f"{x!r}\t0.5" for x in row.tolist()]]))
    return "\n".join(lines) + "\n"


def geo_profile():
    """As GEO keeps it: the sample's column, then its detection p-values."""
    regular, _, _, p = signals()
    lines = [
        "# non-normalized data",
        "\t".join(["ID_REF", *[f"{s}\tDetection Pval" for s in SAMPLES]]),
    ]
    for i, (row, q) in enumerate(zip(regular, p, strict=True)):
        cells = [f"{x!r}\t{v!r}" for x, v in zip(row.tolist(), q.tolist(), strict=True)]
        lines.append("\t".join([f"ILMN_{1650000 + i}", *cells]))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "samples.txt").write_text(sample_profile(), encoding="utf-8")
    (folder / "controls.txt").write_text(control_profile(), encoding="utf-8")
