"""The methods paragraph with software versions, and the references behind it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.class_groups import classed
from revertome.differential.engine import Sentence
from revertome.report.differential_methods import differential_methods
from revertome.report.normalisation import NORMALISATION_REFERENCES, normalisation, raw_method

REFERENCES = {
    **NORMALISATION_REFERENCES,
    "iut": "Berger RL. Multiparameter hypothesis testing and acceptance sampling. Technometrics "
    "1982;24:295-300. doi:10.2307/1267823",
    "ratio": "Sasabuchi S. A multivariate test with composite hypotheses determined by linear "
    "inequalities when the covariance matrix has an unknown scale factor. Mem Fac Sci Kyushu Univ "
    "A 1988;42:9-19",
    "fieller": "Fieller EC. Some problems in interval estimation. J R Stat Soc B 1954;16:175-85. "
    "doi:10.1111/j.2517-6161.1954.tb00159.x",
    "cr2": "Bell RM, McCaffrey DF. Bias reduction in standard errors for linear regression with "
    "multi-stage samples. Surv Methodol 2002;28:169-81",
    "cr2_df": "Pustejovsky JE, Tipton E. Small-sample methods for cluster-robust variance "
    "estimation and hypothesis testing in fixed effects models. J Bus Econ Stat 2018;36:672-83. "
    "doi:10.1080/07350015.2016.1247004",
    "deconvolution": "Koenker R, Mizera I. Convex optimization, shape constraints, compound "
    "decisions, and empirical Bayes rules. J Am Stat Assoc 2014;109:674-85. "
    "doi:10.1080/01621459.2013.869224",
    "fcr": "Benjamini Y, Yekutieli D. False discovery rate-adjusted multiple confidence intervals "
    "for selected parameters. J Am Stat Assoc 2005;100:71-81. doi:10.1198/016214504000001907",
    "rotation": "Wu D et al. ROAST: rotation gene set tests for complex microarray experiments. "
    "Bioinformatics 2010;26:2176-82. doi:10.1093/bioinformatics/btq401",
    "camera": "Wu D, Smyth GK. Camera: a competitive gene set test accounting for inter-gene "
    "correlation. Nucleic Acids Res 2012;40:e133. doi:10.1093/nar/gks461",
    "gseapy": "Fang Z, Liu X, Peltz G. GSEApy: a comprehensive package for performing gene set "
    "enrichment analysis in Python. Bioinformatics 2023;39:btac757. "
    "doi:10.1093/bioinformatics/btac757",
    "acr": "Giannini EH et al. Preliminary definition of improvement in juvenile arthritis. "
    "Arthritis Rheum 1997;40:1202-9. doi:10.1002/art.1780400703",
}


DEGREES = {
    "nlme": "degrees of freedom as in nlme",
    "satterthwaite": "Satterthwaite's degrees of freedom",
}


def paragraph(
    config: Mapping[str, Any],
    models: pd.DataFrame,
    versions: Mapping[str, str],
    cells: Sequence[Sentence] = (),
) -> list[str]:
    """Word the methods as they were run.

    Parameters
    ----------
    config
        Configuration as run.
    models
        differential/design.tsv: contrast, engine, blocking, trend, ... as they were run.
    versions
        Software versions by name.
    cells
        Sentences of `composition_methods`.
    """
    options, covariates = config["differential"], config["design"]["covariates"]
    text = [normalisation(config)]
    text += [sentence.text for sentence in differential_methods(models, covariates)]
    text += _asked(options)
    text.append(_trajectories(config, str(models["engine"].iloc[0])))
    text += [sentence.text for sentence in cells]
    adjusted = f" and the covariates {_variables(covariates)} where a test names them" * bool(
        covariates
    )
    beside = ", against healthy people by Welch's t-tests of one mean a person,"
    scores = f"Module scores ({', '.join(map(naming.method, config['modules']['methods']))})"
    single = config["design"]["followup"] is None
    if single:
        text.append(f"{scores} were compared by Welch's t-tests of one mean a person.")
    else:
        text.append(
            f"{scores} were tested for paired change by t-tests"
            f"{beside if config['design']['healthy'] is not None else ''} and by mixed models with "
            f"a random patient effect{adjusted} ({DEGREES[config['modules']['degrees']]})."
        )
    if covariates and single:
        text.append("Scores, distances to health and associations were not adjusted.")
    elif covariates:
        text.append(
            "Changes of scores were adjusted for covariates that differ between the visits of "
            "patients; comparisons of scores with healthy people, distances to health and "
            "associations with the clinic were not adjusted."
        )
    text.append(_sets(config["modules"]["permutations"], single))
    stack = ", ".join(f"{name} {version}" for name, version in versions.items())
    text.append(f"Software: {stack}.")
    return [" ".join(text)]


def _asked(options: Mapping[str, Any]) -> list[str]:
    """Words on what a study asks of differential expression beside the standard contrasts."""
    text = []
    if options["subset"]:
        kept = "; ".join(
            f"{naming.variable(c, unit=False)} {', '.join(map(str, v))}"
            for c, v in options["subset"].items()
        )
        text.append(f"Differential expression was limited to samples with {kept}.")
    if options["custom"]:
        sums = "; ".join(
            f"“{naming.contrast(name)}” is {_sum(str(total))}"
            for name, total in options["custom"].items()
        )
        text.append(f"Further contrasts: {sums}.")
    if options["change_with"]:
        text.append(
            f"Changes of genes with those of {_variables(options['change_with'])} are coefficients "
            "of the variable in the paired model, beside the mean change of each group."
        )
    return text


def _variables(names: Sequence[str]) -> str:
    return ", ".join(naming.variable(name, unit=False) for name in names)


def _sum(total: str) -> str:
    """A sum of contrasts, or of cells, with the names of those that are standard."""
    return re.sub(
        r"[A-Za-z_][\w.]*",
        lambda m: m[0] if "." in m[0] else f"“{naming.contrast(m[0])}”",
        total,
    )


def _sets(permutations: int, single: bool) -> str:
    """Words on the tests of modules as sets of genes."""
    flips = "" if single else " and by sign flips of the changes within pairs"
    return (
        "Whole modules were tested in every contrast on its own model, so that patients count and "
        "not genes: for any change of their mean with cluster-robust variances of responders, "
        "non-responders and healthy people (Bell and McCaffrey 2002), by rotation with one "
        f"variance (Wu et al. 2010; the limit that limma calls fry){flips}; against other genes by "
        "camera with the "
        "estimated correlation between the genes of a module (Wu and Smyth 2012); false discovery "
        "rates are over the modules of one file in a contrast. Preranked enrichment (Subramanian "
        f"et al. 2005; {permutations:,} random sets of each size) is a description and has no "
        "p-value."
    )


def _trajectories(config: Mapping[str, Any], engine: str) -> str:
    options, fit = (
        config["trajectories"],
        f"one joint fit ({naming.engine(engine)}, patients as random blocks)",
    )
    if config["design"]["followup"] is None:
        return "Without a follow-up no gene was classed."
    if config["design"]["healthy"] is None:
        return f"Without healthy samples no gene was classed; changes are those of {fit}."
    if options["rule"] == "thresholds":
        return (
            "Genes were classed by a two-threshold rule (significant or not in each contrast) on "
            f"disease and change from {fit}. This rule does not control the false discovery rate, "
            f"and the classes are descriptive. {_claimed_in(options)}"
        )
    screened = {
        "screened": "among the genes that pass a screen on the defining effect",
        "all": "among all genes",
    }[options["multiplicity"]]
    return (
        f"Genes were classed by intersection-union tests on disease and change from {fit}: "
        f"reverted, recovered fraction between {options['recovered_at_least']:g} and "
        f"{options['recovered_at_most']:g}; induced, disease effect below "
        f"{options['induced_disease_at_most']:g} of the change; false discovery rate "
        f"{options['alpha']:g} {screened}. {_claimed_in(options)} {_variance(config)} "
        "Intervals of the recovered fraction are Fieller's, and for genes that were called also "
        "adjusted for their selection. "
        f"Stability is the share of {options['bootstrap']:,} bootstrap resamples with the same "
        f"class. The number expected by chance comes from {options['permutations']:,} "
        f"permutations (seed {options['seed']})."
    )


def _variance(config: Mapping[str, Any]) -> str:
    """Which variance the tests of classes have."""
    if config["trajectories"]["variance"] == "common":
        return "One residual variance of each gene, moderated across genes, served all tests."
    text = (
        "Each test has a variance of its own: the cluster-robust one (CR2) of its contrast in "
        "responders, non-responders and healthy people, shrunk towards a pattern of the variances "
        "of visits that all genes share, with degrees of freedom by Satterthwaite."
    )
    if config["trajectories"]["multiplicity"] == "screened":
        text += " Induced genes were adjusted by the deconvolved distances of genes to their edge."
    if config["differential"]["weights"] == "array":
        text += " Sample weights had no part in these tests, as they come from the same residuals."
    return text


def _claimed_in(options: Mapping[str, Any]) -> str:
    first, second = naming.group(options["reverted_in"]), naming.group(options["induced_in"])
    if first == second:
        return f"Classes were tested in {first}."
    return f"Induction was tested in {second}, every other class in {first}."


def references(
    config: Mapping[str, Any], models: pd.DataFrame, cells: Sequence[Sentence] = ()
) -> list[str]:
    """Return the references behind what was run."""
    keys = ["rotation", "camera", "cr2", *raw_method(config)]
    keys += ["gseapy"] if "gsva" in config["modules"]["methods"] else []
    may = classed(config["design"])
    tested = may and config["trajectories"]["rule"] == "tests"
    keys += ["iut", "ratio", "fieller", "fcr"] if tested else []
    if tested and config["trajectories"]["variance"] == "cells":
        keys += ["cr2_df", "deconvolution"]
    keys += ["acr"] if config["response"]["source"] == "visits" else []
    fitted = differential_methods(models, config["design"]["covariates"])
    engines = dict.fromkeys(
        cited for sentence in (*fitted, *cells) for cited in sentence.references
    )
    return [*engines, *(text for key, text in REFERENCES.items() if key in keys)]
