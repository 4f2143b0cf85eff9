"""The report of a comparison of studies: findings in words, figures, tables, methods."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import yaml

from revertome.naming import named_as
from revertome.naming.own import labels_of
from revertome.report.cells import Table, table
from revertome.report.comparison_words import findings
from revertome.report.page import Picture
from revertome.report.pages import template

TITLES = {
    "studies": "Studies",
    "concordance": "Concordance of effects",
    "joint_summary": "Joint classes",
    "joint": "Genes shown in all studies, or contradicted",
    "transfer": "Genes of the sets, one by one, in the other studies",
    "transfer_sets": "The sets in the other studies",
    "modules": "Pooled modules",
    "module_studies": "Modules study by study",
    "genes": "Pooled effects of genes: the 25 with the smallest p",
}
MOST = 200  # rows of a table; it says how many there are
LIMITS = (
    "A class shown in one study only may also be present in the other. Size, platform and noise "
    "decide what a study can show.",
    "Pooled intervals take the studies for independent, without common patients, and for a sample "
    "of the studies there could be. Those of modules count each study once; with two studies the t "
    "quantile is 12.7. The common effect (estimate_common, p_common) holds for these studies only, "
    "not for the next one.",
    "Pooled genes take what is known of the variance between studies from all genes together. "
    "With two studies the adjusted P of pooled genes is no proof of an effect in other studies: "
    "where each study has effects of its own in many genes, or along the same axes of "
    "co-expression, many agree in sign by chance. The interval of a gene that differs between "
    "studies more than most may be too short.",
    "Log2 fold changes are smaller on microarrays than in RNA-seq, so compare directions and ranks "
    "before sizes. Module scores are in standard deviations of each study's own healthy samples.",
    "Genes are matched by current human symbol. A gene that one platform does not measure is left "
    "out. The score of preranked enrichment (NES) describes and has no p-value: it treats genes as "
    "independent. Where a study has no expression in its folder, no p-value of a set is given.",
)
METHODS = (
    "Correlations of log2 fold changes: the variance comes from the residual expression of each "
    "study, projected on the gradient of the correlation, which takes the correlation between "
    "genes into account; interval on the scale of Fisher's z with Welch's degrees of freedom; the "
    "effective number of genes by Clifford (1989, Biometrics 45:123) and Dutilleul (1993, "
    "Biometrics 49:305).",
    "Rank-rank overlap after Plaisier (2010, Nucleic Acids Res 38:e169), variance inflated for "
    "the effective number of genes. Sets: camera (Wu & Smyth 2012, Nucleic Acids Res 40:e133) with "
    "the correlation estimated in the other study; preranked GSEA (Subramanian 2005, PNAS "
    "102:15545).",
    "Pooled modules: mean over studies, each counted once, with the t interval, which holds "
    "whatever the sizes of the studies and the variance between them (Bakirov & Szekely 2006, J "
    "Math Sci 139:6497), never shorter than the errors of the studies allow; each study left out "
    "in turn. Pooled genes: random effects, the distribution of the variance between studies "
    "estimated over all genes without a form (Laird 1978, J Am Stat Assoc 73:805) and given to "
    "each gene as prior. Variance between studies of one gene or module: restricted maximum "
    "likelihood (Viechtbauer 2005, J Educ Behav Stat 30:261). Common effect: Stouffer's sum of "
    "normal scores.",
    "Joint classes: intersection-union over studies, p the largest of theirs (Berger 1982, "
    "Technometrics 24:295), Benjamini-Hochberg among genes whose defining effect passes in every "
    "study.",
)


def comparison_tables(results: Mapping[str, pd.DataFrame]) -> list[Table]:
    """The tables of the report, extracts of the files beside it."""
    joint = results["joint"]
    shown = joint[joint["verdict"].isin(["all", "contradicted"])]
    genes = results["genes"].nsmallest(25, "P.Value", keep="first")
    first = results["modules"]["method"].eq("zscore")
    extracts = {
        **{name: results[name] for name in ("studies", "concordance", "joint_summary")},
        "joint": shown.sort_values("adj.P.Val"),
        **{name: results[name] for name in ("transfer", "transfer_sets")},
        "modules": results["modules"][first],
        "module_studies": results["module_studies"][
            results["module_studies"]["method"].eq("zscore")
        ],
        "genes": genes,
    }
    found = [
        table(name, TITLES[name], f"{name}.tsv", data, "compare/", MOST)
        for name, data in extracts.items()
    ]
    return [each for each in found if each.rows]


def findings_table(
    config: Mapping[str, Any], results: Mapping[str, pd.DataFrame], modules: Sequence[str]
) -> pd.DataFrame:
    """The findings in words, one a row, for the reports of the studies themselves."""
    alpha = config["trajectories"]["alpha"]
    with named_as(labels_of(config)):
        return pd.DataFrame({"text": findings(results, modules, alpha)})


def page(
    config: Mapping[str, Any],
    results: Mapping[str, pd.DataFrame],
    pictures: Sequence[Picture],
    modules: Sequence[str],
    versions: Mapping[str, str],
) -> str:
    """Return the report of a comparison as HTML.

    Parameters
    ----------
    config
        Configuration as run.
    results
        Tables of `compare/` by name.
    pictures
        The figures, in their order.
    modules
        Interferon modules, in their order.
    versions
        Software versions by name.
    """
    software = ", ".join(f"{name} {version}" for name, version in versions.items())
    with named_as(labels_of(config)):
        found = findings(results, modules, config["trajectories"]["alpha"])
        tables = comparison_tables(results)
    return template("comparison.html.j2").render(
        title=config["title"] if config["title"] else f"Comparison: {config['study']}",
        study=config["study"],
        findings=found,
        limits=[*config["caveats"], *LIMITS],
        pictures=pictures,
        tables=tables,
        methods=[*METHODS, f"Software: {software}."],
        parameters=yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=100),
        own="intake" in config,
    )
