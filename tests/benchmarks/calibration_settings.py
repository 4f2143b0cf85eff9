"""The settings in which the error rates of the claims are measured.

Half of them, drawn by name, are held out: constants of a model may be chosen on the others only.
"""

from dataclasses import replace

from benchmarks.cell_setting import CellSetting, sized

BLOOD = {"sd": (1.26, 1.26, 1), "sd_spread": 0.28}  # GSE65391: patients over healthy, by gene
WIDE = {"unit": 1.3, **BLOOD}
FAR = 1.5  # unit where cells or patients vary more, so that there is something to find
BOTH2 = {"sd": (2, 2, 1), "unit": FAR}
AFTER2 = {"sd": (1, 2, 1), "unit": FAR}


def _equal() -> list[CellSetting]:
    sizes = [(15, 22), (8, 22), (6, 12), (3, 4), (20, 40)]
    same = [sized("equal", "all cells share one variance", n, h) for n, h in sizes]
    nothing = [
        sized("null", "no effect at all", n, h, mixture="null") for n, h in [(3, 4), (8, 22)]
    ]
    other = [
        sized(f"equal_{mixture}", "all cells share one variance", 12, 22, mixture=mixture)
        for mixture in ("persistent", "mixed")
    ]
    return [*same, *nothing, *other]


def _unequal() -> list[CellSetting]:
    pattern = {
        "b1f2": ((1, 2, 1), [(15, 22), (8, 40), (3, 4)]),
        "b2f2": ((2, 2, 1), [(8, 40), (15, 22)]),
        "b3f3": ((3, 3, 1), [(8, 40)]),
        "b2f1": ((2, 1, 1), [(8, 40), (12, 22)]),
        "h2": ((1, 1, 2), [(40, 12), (12, 12)]),
    }
    plain = [
        sized(name, f"SD before, after, healthy {sd}", n, h, sd=sd, unit=FAR)
        for name, (sd, sizes) in pattern.items()
        for n, h in sizes
    ]
    return [
        *plain,
        sized("null_b1f2", "no effect, SD after 2", 8, 40, mixture="null", sd=(1, 2, 1)),
        sized("rho0.2_b1f2", "SD after 2, visits hardly correlated", 8, 40, rho=0.2, **AFTER2),
        sized("rho0.8_b1f2", "SD after 2, visits highly correlated", 8, 40, rho=0.8, **AFTER2),
        sized("persistent_b2f2", "30% persistent genes, SD of patients 2", 8, 40,
              mixture="persistent", **BOTH2),
        sized("mixed_b1f2", "all kinds of genes, SD after 2", 12, 40, mixture="mixed", **AFTER2),
    ]  # fmt: skip


def _genes_differ() -> list[CellSetting]:
    words = "SD of either visit over healthy of its own in every gene"
    genes = [sized("gene_sd", words, n, h, **WIDE) for n, h in [(12, 40), (8, 22), (3, 4)]]
    moved = "genes with an effect vary 1.5 times as much"
    return [
        *genes,
        sized("gene_sd_mixed", f"{words}, all kinds of genes", 12, 40, mixture="mixed", **WIDE),
        sized("null_gene_sd", f"{words}, no effect", 8, 22, mixture="null", **BLOOD),
        sized("movers", moved, 12, 40, movers_sd=1.5, unit=FAR),
        sized("movers", moved, 8, 22, movers_sd=1.5, unit=FAR),
        sized("movers_gene_sd", f"{moved}, {words}", 12, 40, movers_sd=1.5, unit=FAR, **BLOOD),
    ]  # fmt: skip


def _patients_differ() -> list[CellSetting]:
    words = "recovery differs between patients, in every gene by itself"
    recovery = [
        sized(f"recovery{spread}", words, n, h, recovery_sd=spread, unit=unit)
        for spread, n, h, unit in [(0.3, 15, 22, 1), (0.5, 12, 60, FAR), (0.5, 15, 22, FAR)]
    ]
    words = "recovery differs between patients, in all genes alike"
    common = [
        sized("recovery0.5_common", words, n, h, recovery_sd=0.5, recovery_common=True, unit=FAR)
        for n, h in [(12, 60), (15, 22)]
    ]
    carried = [
        sized("carried", "40% of patients carry disease and change of a gene", n, h, carriers=0.4)
        for n, h in [(15, 22), (12, 40)]
    ]
    return [*recovery, *common, *carried]


def _nonresponders() -> list[CellSetting]:
    noisy = {"nonresponder_sd": 2.0}
    return [
        sized("specific", "8 non-responders without change", 15, 22, nonresponders=8),
        sized("noisy8", "8 non-responders twice as variable", 15, 22, nonresponders=8, **noisy),
        sized("noisy4", "4 non-responders twice as variable", 15, 22, **noisy),
        sized("nothing8", "8 non-responders change as responders do, twice as variable", 15, 22,
              nonresponders=8, nonresponse=1.0, **noisy),
        sized("nothing4", "4 non-responders change as responders do, twice as variable", 15, 22,
              nonresponse=1.0, **noisy),
    ]  # fmt: skip


def _designs() -> list[CellSetting]:
    both = ("batch", "age")
    return [
        sized("single0.2", "20% of patients lack a visit", 15, 22, single=0.2),
        sized("single0.4_b1f2", "40% lack a visit, SD after 2", 15, 40, single=0.4, **AFTER2),
        sized("single0.4_b2f2", "40% lack a visit, SD 2", 12, 40, single=0.4, **BOTH2),
        sized("covariates", "unbalanced batch and age", 12, 22, covariates=both),
        sized("covariates_b1f2", "batch and age, SD after 2", 8, 40, covariates=both, **AFTER2),
        sized("covariates_small", "batch and age", 5, 6, covariates=both),
        sized("missing", "5% of values missing", 12, 22, missing=0.05),
        sized("missing_b1f2", "5% missing, SD after 2", 8, 40, missing=0.05, **AFTER2),
        sized("all_three", "single visits, batch and age, 5% missing, gene's own SD", 12, 30,
              single=0.3, covariates=both, missing=0.05, **WIDE),
    ]  # fmt: skip


def _errors() -> list[CellSetting]:
    heavy, factors = {"errors": "heavy"}, {"errors": "correlated"}
    return [
        sized("correlated", "10 factors in the genes", 12, 22, **factors),
        sized("correlated_b1f2", "10 factors, SD after 2", 8, 40, **factors, **AFTER2),
        sized("heavy", "t with 5 df", 12, 22, **heavy),
        sized("heavy_spread", "t with 5 df, gene's own SD", 12, 40, **heavy, **WIDE),
        sized("heavy_recovery", "t with 5 df, recovery differs", 12, 60, **heavy, unit=FAR,
              recovery_sd=0.5),
        sized("correlated_h2", "10 factors, healthy SD 2", 20, 12, **factors, unit=FAR,
              sd=(1, 1, 2)),
    ]  # fmt: skip


def _engines() -> list[CellSetting]:
    trend: dict[str, object] = {"differential": ()}
    voom = {"engine": "voom", "n_genes": 2000, **trend}
    mixed = {"engine": "mixed", "n_genes": 2000}
    weights = {"differential": (("trend", False), ("weights", "array"))}
    return [
        sized("voom", "negative binomial counts", 12, 22, **voom),
        sized("voom_b1f2", "counts, SD after 2", 8, 40, **voom, **AFTER2),
        sized("voom_single", "counts, gene's own SD, 30% lack a visit", 12, 30, single=0.3,
              **voom, **WIDE),
        sized("mixedmodel", "mixed models, gene's own SD", 12, 30, **mixed, **WIDE),
        sized("mixedmodel_b1f2", "mixed models, SD after 2", 8, 40, **mixed, **AFTER2),
        sized("weights_b1f2", "array weights, SD after 2", 8, 40, **weights, **AFTER2),
        sized("robust_spread", "robust prior, gene's own SD", 12, 40,
              differential=(("trend", False), ("robust", True)), **WIDE),
    ]  # fmt: skip


def _lupus() -> list[CellSetting]:
    words = "residuals of GSE65391, people drawn {} replacement"
    base = [
        sized(f"lupus_{source}", words.format(how), n, 40, source=source, differential=())
        for source, how in (("replaced", "with"), ("distinct", "without"))
        for n in (8, 12, 20)
    ]
    weights = (("weights", "array"),)
    weighted = replace(base[0], name="lupus_weights_8v40", differential=weights)
    return [*base, replace(weighted, description=f"{base[0].description}, array weights")]


def _hidden() -> list[CellSetting]:
    return [
        sized("hidden_batch", "samples of patients processed apart", 15, 22, hidden="batch"),
        sized("hidden_cells", "a kind of cell more in patients, not in responders after", 15, 22,
              hidden="cells"),
    ]  # fmt: skip


PARTS = (_equal, _unequal, _genes_differ, _patients_differ, _nonresponders, _designs, _errors,
         _engines, _lupus,
         _hidden)  # fmt: skip
SETTINGS = {setting.name: setting for part in PARTS for setting in part()}
