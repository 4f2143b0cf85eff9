"""The works: seeded data for each, and our side of it in a process of its own.

``python works.py write WORK GENES SAMPLES FOLDER`` writes the data; ``python works.py WORK FOLDER``
prints the seconds of the timed section and a number that
depends on every result, for comparison with the peer's.
"""

import gzip
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from blood import WORKS as MODULE_WORKS
from cases import Case
from sets import WORKS as SET_WORKS
from travel import compare_studies, write_studies

HOME = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOME / "scripts"))
SEED = 20260101


def paired(samples):
    """Patient number and visit (0 or 1) of each sample."""
    return np.arange(samples) // 2, np.arange(samples) % 2


def log2_values(case, rng):
    """Log2 values, samples x genes, with a patient correlation of about 0.4."""
    patient, visit = paired(case.samples)
    sd = np.sqrt(0.05 * 4 / rng.chisquare(4, case.genes))
    level = rng.normal(8, 2, case.genes)
    y = rng.normal(0, 1, (case.samples, case.genes))
    y += 0.8 * rng.normal(0, 1, (patient.max() + 1, case.genes))[patient]
    changed = np.where(rng.random(case.genes) < 0.1, rng.normal(0, 2, case.genes), 0)
    return level + sd * (y + np.outer(visit, changed))


def counts(case, rng):
    """Negative binomial counts, samples x genes, none of the genes zero throughout."""
    mean = np.exp2(rng.normal(6, 2.5, case.genes)) + 1
    depth = rng.uniform(0.6, 1.6, (case.samples, 1))
    shape = 1 / (0.05 + 1 / mean)
    y = rng.poisson(rng.gamma(shape, depth * mean / shape)).astype(float)
    y[0] += 1
    return y


def write_data(case, folder):
    """Write the files both sides read: little-endian doubles, sample after sample, or a TSV."""
    if case.work == "process_compare":
        write_studies(case, folder, SEED)
        return
    rng = np.random.default_rng([SEED, case.genes, case.samples])
    x = counts(case, rng) if case.work in ("voom", "tmm") else log2_values(case, rng)
    if case.work == "quantile_ties":
        x = np.maximum(np.round(x, 1), 6.0)
    (folder / "size.txt").write_text(f"{case.genes} {case.samples}\n")
    if case.work == "series_matrix":
        write_series(folder / "x_series_matrix.txt.gz", x)
        return
    if not case.work.startswith("process"):
        x.tofile(folder / "x.bin")
        return
    with (folder / "x.tsv").open("w") as file:
        file.write("\t".join(["probe", *(f"S{i}" for i in range(case.samples))]) + "\n")
        row = "\t".join(["%.5f"] * case.samples)
        for i, values in enumerate(x.T):
            file.write(f"P{i}\t{row % tuple(values)}\n")


def write_series(path, x):
    """A series matrix as GEO serves it: quoted ids, six decimals, gzipped."""
    names = [f"GSM{i}" for i in range(len(x))]
    rows = {
        "title": [f"sample {i}" for i in range(len(x))],
        "geo_accession": names,
        "characteristics_ch1": [f"subject: {i // 2}" for i in range(len(x))],
        "platform_id": ["GPL570"] * len(x),
    }
    with gzip.open(path, "wt", compresslevel=6) as file:
        file.write('!Series_title\t"A series"\n!Series_geo_accession\t"GSE1"\n\n')
        for key, cells in rows.items():
            file.write("\t".join([f"!Sample_{key}", *(f'"{cell}"' for cell in cells)]) + "\n")
        file.write("!series_matrix_table_begin\n")
        file.write("\t".join(['"ID_REF"', *(f'"{name}"' for name in names)]) + "\n")
        row = "\t".join(["%.6f"] * len(x))
        for i, values in enumerate(x.T):
            file.write(f'"{i}_at"\t{row % tuple(values)}\n')
        file.write("!series_matrix_table_end\n")


def series_matrix(folder):
    """A series matrix file to a matrix in memory."""
    from revertome.intake.read.series_matrix import read_series_matrix

    start = time.perf_counter()
    values = read_series_matrix(folder / "x_series_matrix.txt.gz").expression.to_numpy()
    seconds = time.perf_counter() - start
    return float((values**2).sum()), seconds


def paired_design(samples, fixed):
    """Design and patients of the paired model: patients as coefficients, or as blocks."""
    patient, visit = paired(samples)
    columns = {f"p{i}": (patient == i) * 1.0 for i in range(patient.max() + 1)}
    base = columns if fixed else {"before": np.ones(samples)}
    return pd.DataFrame({**base, "change": visit * 1.0}), pd.Series(patient)


def moderated(y, design, weights=None, block=None, correlation=0.0):
    """Moderated fit of the change."""
    from revertome.limma.contrasts import contrasts_fit
    from revertome.limma.ebayes import ebayes
    from revertome.limma.fit import lm_fit

    fit = lm_fit(y, design, block, correlation, weights)
    return ebayes(contrasts_fit(fit, {"change": pd.Series({"change": 1.0})}))


def statistics(found):
    """Sum of the t, p and B that R's ``eBayes`` has worked out as well."""
    from revertome.limma.ebayes import b_statistic, two_sided

    t = found.t[:, 0]
    p, odds = two_sided(t, found.df_total), b_statistic(found, 0)
    return np.abs(t).sum() + p.sum() + np.abs(odds).sum()


def fit(x):
    design, _ = paired_design(len(x), fixed=True)
    return lambda: statistics(moderated(x, design))


def blocked_fit(x):
    design, patient = paired_design(len(x), fixed=False)
    return lambda: statistics(moderated(x, design, None, patient, 0.4))


def duplicate_correlation(x):
    from revertome.limma.duplicate_correlation import duplicate_correlation

    design, patient = paired_design(len(x), fixed=False)
    return lambda: duplicate_correlation(x, design, patient)


def voom(x):
    from revertome.limma.voom import voom

    design, _ = paired_design(len(x), fixed=True)

    def section():
        y, weights = voom(x, x.sum(axis=1), design)
        return statistics(moderated(y, design, weights))

    return section


def quantile(x):
    from revertome.statistics.quantile import normalize_quantiles

    return lambda: (normalize_quantiles(x) ** 2).sum()


def tmm(x):
    from revertome.normalise.tmm import tmm_factors

    return lambda: np.abs(np.log(tmm_factors(x, x.sum(axis=1)))).sum()


def process(folder):
    """A matrix file to a top table file."""
    from disk import write_table
    from revertome.intake.read.table import read_matrix
    from revertome.limma.top_table import top_table
    from revertome.statistics.quantile import normalize_quantiles

    values = read_matrix(folder / "x.tsv")
    y = normalize_quantiles(values.to_numpy().T)
    design, _ = paired_design(len(y), fixed=True)
    table = top_table(moderated(y, design), "change", values.index)
    write_table(table, folder / "ours.tsv")
    return table["t"].abs().sum()


def bootstrap(x, workers=1):
    """1,000 resamples of the trajectory classes: half of the samples are pairs, half healthy."""
    from revertome.limma.joint import moderated_joint, normal_fit
    from revertome.resample_batches import BATCH, cut
    from revertome.trajectories.cell_planes import cell_planes
    from revertome.trajectories.cell_refit import CellRefit
    from revertome.trajectories.classes import Rule, classify
    from revertome.trajectories.plane import Bounds
    from revertome.trajectories.refit import PlaneContrasts
    from revertome.trajectories.stability import stability
    from revertome.trial import Model
    from workers import each

    half = len(x) // 2
    patient, visit = paired(half)
    patient = np.concatenate([patient, np.arange(len(x) - half) + half])
    cell = np.concatenate([visit, np.full(len(x) - half, 2)])
    x[half:] += 0.5 * np.random.default_rng(SEED).standard_t(3, x.shape[1])
    design = pd.DataFrame({n: (cell == i) * 1.0 for i, n in enumerate(["a", "b", "healthy"])})
    block = pd.Series(patient).astype(str)
    contrasts = {
        "disease": pd.Series({"a": 1.0, "healthy": -1.0}),
        "change": pd.Series({"b": 1.0, "a": -1.0}),
    }
    model = Model(pd.DataFrame({"patient": block}), design, block, contrasts, [], "")
    strata = pd.Series(np.where(cell == 2, "healthy", "pair"))
    label = np.where(cell == 2, "healthy", "responder")
    name = np.array(["a", "b", "healthy"])[cell]
    where = pd.DataFrame({"cell": name, "visit": name, "patient": block, "label": label})
    effects = {
        "main": PlaneContrasts("disease", "change"),
        "induced": PlaneContrasts("disease", "change"),
    }
    rule = Rule(0.05, Bounds(0.5, 2.0, 0.5))

    def section():
        joint = moderated_joint(normal_fit(x, model), model, trend=False)
        planes, model_of_cells = cell_planes(joint, where, effects)
        called = classify(planes["main"], planes["induced"], rule).outcome
        redrawn = CellRefit(joint, model_of_cells, effects, planes)

        def drawn(numbers):
            return stability(redrawn, block, strata, rule, called, numbers, 1).sum()

        pieces = cut(range(1000), workers, BATCH)
        return sum(each(drawn, pieces, workers) if workers > 1 else map(drawn, pieces))

    return section


OURS: dict[str, Callable] = {
    "fit": fit, "fit_contrast": fit, "blocked_fit": blocked_fit,
    "duplicate_correlation": duplicate_correlation,
    "voom": voom, "quantile": quantile, "quantile_ties": quantile, "tmm": tmm,
    "bootstrap": bootstrap, "bootstrap_two": partial(bootstrap, workers=2), **MODULE_WORKS,
    **SET_WORKS,
}  # fmt: skip


def warm_up():
    """Import what a fit imports while it runs; R has loaded its packages, too."""
    rng = np.random.default_rng(SEED)
    small = rng.normal(8, 1, (12, 50))
    design, patient = paired_design(12, fixed=False)
    statistics(moderated(small, design, rng.gamma(2, 1, small.shape)))
    statistics(moderated(small, design, None, patient, 0.4))


def main(work, folder):
    """Time one work; a whole process is timed from outside."""
    if work.startswith("process"):
        section = compare_studies if work == "process_compare" else process
        result, seconds = section(folder), None
    elif work == "series_matrix":
        result, seconds = series_matrix(folder)
    else:
        genes, samples = map(int, (folder / "size.txt").read_text().split())
        x = np.fromfile(folder / "x.bin").reshape(samples, genes)
        section = OURS[work](x)
        if "fit" in work or work == "voom":
            warm_up()
        start = time.perf_counter()
        result = section()
        seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "check": float(result)}))


if __name__ == "__main__":
    if sys.argv[1] == "write":
        case = Case(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        write_data(case, Path(sys.argv[5]))
    else:
        main(sys.argv[1], Path(sys.argv[2]))
