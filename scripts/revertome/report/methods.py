"""The methods paragraph with software versions, and the references behind it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.report.normalisation import NORMALISATION_REFERENCES, normalisation, raw_method
from revertome.source_data.tidy import group_name

REFERENCES = {
    **NORMALISATION_REFERENCES,
    "limma": "Ritchie ME et al. limma powers differential expression analyses for RNA-sequencing "
    "and microarray studies. Nucleic Acids Res 2015;43:e47. doi:10.1093/nar/gkv007",
    "voom": "Law CW et al. voom: precision weights unlock linear model analysis tools for RNA-seq "
    "read counts. Genome Biol 2014;15:R29. doi:10.1186/gb-2014-15-2-r29",
    "block": "Smyth GK, Michaud J, Scott HS. Use of within-array replicate spots for assessing "
    "differential expression in microarray experiments. Bioinformatics 2005;21:2067-75. "
    "doi:10.1093/bioinformatics/bti270",
    "deseq2": "Love MI, Huber W, Anders S. Moderated estimation of fold change and dispersion for "
    "RNA-seq data with DESeq2. Genome Biol 2014;15:550. doi:10.1186/s13059-014-0550-8",
    "pydeseq2": "Muzellec B et al. PyDESeq2: a python package for bulk RNA-seq differential "
    "expression analysis. Bioinformatics 2023;39:btad547. doi:10.1093/bioinformatics/btad547",
    "mixed": "Hoffman GE, Roussos P. Dream: powerful differential expression analysis for repeated "
    "measures designs. Bioinformatics 2021;37:192-201. doi:10.1093/bioinformatics/btaa687",
    "robust": "Phipson B et al. Robust hyperparameter estimation protects against hypervariable "
    "genes and improves power to detect differential expression. Ann Appl Stat 2016;10:946-63. "
    "doi:10.1214/16-AOAS920",
    "array": "Ritchie ME et al. Empirical array quality weights in the analysis of microarray "
    "data. BMC Bioinformatics 2006;7:261. doi:10.1186/1471-2105-7-261",
    "treat": "McCarthy DJ, Smyth GK. Testing significance relative to a fold-change threshold is a "
    "TREAT. Bioinformatics 2009;25:765-71. doi:10.1093/bioinformatics/btp053",
    "bh": "Benjamini Y, Hochberg Y. Controlling the false discovery rate. J R Stat Soc B "
    "1995;57:289-300. doi:10.1111/j.2517-6161.1995.tb02031.x",
    "iut": "Berger RL. Multiparameter hypothesis testing and acceptance sampling. Technometrics "
    "1982;24:295-300. doi:10.2307/1267823",
    "ratio": "Sasabuchi S. A multivariate test with composite hypotheses determined by linear "
    "inequalities when the covariance matrix has an unknown scale factor. Mem Fac Sci Kyushu Univ "
    "A 1988;42:9-19",
    "fieller": "Fieller EC. Some problems in interval estimation. J R Stat Soc B 1954;16:175-85. "
    "doi:10.1111/j.2517-6161.1954.tb00159.x",
    "gseapy": "Fang Z, Liu X, Peltz G. GSEApy: a comprehensive package for performing gene set "
    "enrichment analysis in Python. Bioinformatics 2023;39:btac757. "
    "doi:10.1093/bioinformatics/btac757",
    "acr": "Giannini EH et al. Preliminary definition of improvement in juvenile arthritis. "
    "Arthritis Rheum 1997;40:1202-9. doi:10.1002/art.1780400703",
}
ENGINES = {
    "limma": "moderated t-tests after limma's method",
    "voom": "voom precision weights and moderated t-tests",
    "deseq2": "negative binomial models (PyDESeq2)",
    "mixed": "moderated t-tests of gene-wise mixed models with a random patient effect",
}


def paragraph(
    config: Mapping[str, Any], models: pd.DataFrame, versions: Mapping[str, str]
) -> list[str]:
    """Word the methods as they were run.

    Parameters
    ----------
    config
        Configuration as run.
    models
        contrast, engine, blocking, n_pairs, ... (differential/design.tsv).
    versions
        Software versions by name.
    """
    options = config["differential"]
    covariates = config["design"]["covariates"]
    engines = list(dict.fromkeys(models["engine"]))
    text = [
        f"{normalisation(config)} Differential expression used "
        f"{' and '.join(ENGINES.get(e, e) for e in engines)}"
        + (f", adjusted for {', '.join(covariates)}" if covariates else "")
        + ". Contrasts within patients were paired; contrasts with healthy samples came from one "
        "model of all samples with a consensus within-patient correlation. P-values were adjusted "
        "by the method of Benjamini and Hochberg."
    ]
    if options["trend"] and "limma" in engines:
        text.append("The prior variance followed the mean expression.")
    text += _moderation(options) if {"limma", "voom"} & set(engines) else []
    if options["subset"]:
        kept = "; ".join(f"{c} {', '.join(map(str, v))}" for c, v in options["subset"].items())
        text.append(f"Differential expression was limited to samples with {kept}.")
    if options["custom"]:
        sums = "; ".join(f"{name} is {total}" for name, total in options["custom"].items())
        text.append(f"Further contrasts: {sums}.")
    text.append(_trajectories(config))
    adjusted = " and these covariates" if covariates else ""
    text.append(
        f"Module scores ({', '.join(config['modules']['methods'])}) were tested for paired change "
        f"by t-tests and by mixed models with a random patient effect{adjusted}; gene set "
        f"enrichment used gseapy with {config['modules']['permutations']:,} permutations."
    )
    stack = ", ".join(f"{name} {version}" for name, version in versions.items())
    text.append(f"Software: {stack}.")
    return [" ".join(text)]


def _moderation(options: Mapping[str, Any]) -> list[str]:
    """Sentences on what limma and voom did beyond the ordinary moderated t."""
    text = []
    if options["robust"]:
        text.append("Variances were moderated robustly (Phipson et al. 2016).")
    if options["weights"] == "array":
        text.append("Samples were weighed by their precision (Ritchie et al. 2006).")
    if options["lfc"] > 0:
        text.append(
            f"P-values of moderated tests are for log2 fold changes beyond {options['lfc']:g} "
            "(McCarthy and Smyth 2009)."
        )
    return text


def _trajectories(config: Mapping[str, Any]) -> str:
    options = config["trajectories"]
    if config["design"]["healthy"] is None:
        return "There being no healthy samples, genes were tested for change and not classed."
    if options["rule"] == "thresholds":
        return (
            "Genes were classed by a two-threshold rule (significant or not in each contrast); "
            f"the classes are descriptive. {_claimed_in(options)}"
        )
    screened = {
        "screened": "among the genes that pass a screen on the defining effect",
        "all": "among all genes",
    }[options["multiplicity"]]
    return (
        "Genes were classed by intersection-union tests on disease and change from one joint fit: "
        f"reverted, recovered fraction between {options['recovered_at_least']:g} and "
        f"{options['recovered_at_most']:g}; induced, disease effect below "
        f"{options['induced_disease_at_most']:g} of the change; false discovery rate "
        f"{options['alpha']:g} {screened}. {_claimed_in(options)} Recovered fractions carry "
        f"Fieller intervals, stability is the share of {options['bootstrap']} bootstrap resamples "
        "in which the class is called, and the number expected by chance comes from "
        f"{options['permutations']} permutations (seed {options['seed']})."
    )


def _claimed_in(options: Mapping[str, Any]) -> str:
    first, second = group_name(options["reverted_in"]), group_name(options["induced_in"])
    if first == second:
        return f"Classes were tested in {first}."
    return f"Induction was tested in {second}, every other class in {first}."


def references(config: Mapping[str, Any], models: pd.DataFrame) -> list[str]:
    """Return the references behind what was run."""
    engines = set(models["engine"])
    keys = ["limma", "block", "bh", "gseapy"]
    keys += ["voom"] if "voom" in engines else []
    keys += ["deseq2", "pydeseq2"] if "deseq2" in engines else []
    keys += ["mixed"] if "mixed" in engines else []
    options = config["differential"]
    keys += raw_method(config)
    keys += ["robust"] if options["robust"] else []
    keys += ["array"] if options["weights"] == "array" else []
    keys += ["treat"] if options["lfc"] > 0 else []
    classed = config["design"]["healthy"] is not None
    tested = classed and config["trajectories"]["rule"] == "tests"
    keys += ["iut", "ratio", "fieller"] if tested else []
    keys += ["acr"] if config["response"]["source"] == "visits" else []
    return [text for key, text in REFERENCES.items() if key in keys]
