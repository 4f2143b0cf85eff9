"""The report of a comparison of studies: findings in words, figures, tables, methods."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import yaml

from revertome.naming import named_as
from revertome.naming.own import labels_of
from revertome.report.cells import Table, table
from revertome.report.comparison_answer import answer
from revertome.report.comparison_words import details
from revertome.report.page import Picture
from revertome.report.pages import template
from revertome.source_data.pairs import ORDER

TITLES = {
    "studies": "Studies",
    "independence": "People in two studies",
    "concordance": "Concordance of effects",
    "joint_summary": "Joint classes",
    "joint": "Genes shown in all studies, or contradicted",
    "transfer": "Genes of the sets, one by one, in the other studies",
    "transfer_sets": "The sets in the other studies",
    "modules": "Pooled modules",
    "module_studies": "Modules study by study",
    "genes": "Pooled effects of genes: the 25 with the smallest p",
}
PAIR = ("contrast", "study_a", "study_b")
MOST = 200  # rows of a table; it says how many there are
LIMITS = (
    "A class shown in one study only may also be present in the other. Size, platform and noise "
    "decide what a study can show.",
    "Agreement says that effects go the same way, not why.",
    "An agreement that lies along one or two common axes of co-expression (such as a cell type) "
    "is not shown by its P, however large: unrelated causes move genes along the same axes. For "
    "the same reason a set of co-expressed genes changes with whatever moves its axis in the "
    "other study.",
    "Pooled intervals take the studies for independent, without common patients, and for a sample "
    "of the studies there could be. Those of modules count each study once; with two studies the "
    "t quantile is 12.7. The common effect (estimate_common, p_common) holds for these studies "
    "only, not for the next one, and is as good as their own p-values: with five patients or fewer "
    "in each the smallest of these are too small.",
    "Pooled genes take what is known of the variance between studies from all genes together. A "
    "gene that differs between studies more than most may seem surer than it is. Two studies say "
    "nothing of others (no P.Value, no interval): where each has effects of its own in many genes, "
    "half of them agree in sign by chance. Genes along one axis of co-expression move together, so "
    "in few studies a cause of their own can give many pooled genes at once.",
    "Shared people are looked for by accession numbers, profiles and effects. People sampled on "
    "other occasions are found only where they are many; in fewer than 25 samples, the same "
    "samples normalised in two ways may be missed; and so may unnamed people in a study without "
    "expression.",
    "Log2 fold changes are smaller on microarrays than in RNA-seq, so compare directions and "
    "ranks before sizes. Module scores are in standard deviations of each study's own healthy "
    "samples.",
    "Genes are matched by current human symbol. A gene that one platform does not measure is left "
    "out. The score of preranked enrichment (NES) describes and has no p-value: it treats genes "
    "as independent. Where a study has no expression in its folder, no p-value of a set is given.",
)
METHODS = (
    "Correlations of log2 fold changes: the variance comes from the residual expression of each "
    "study, projected on the gradient of the correlation, which takes the correlation between "
    "genes into account; interval on the scale of Fisher's z with Welch's degrees of freedom. P "
    "is the larger of two: of noise, with the effective number of genes by Clifford (1989, "
    "Biometrics 45:123) and Dutilleul (1993, Biometrics 49:305); and of unrelated effects that "
    "run along the common axes of co-expression with random signs. The correlation of the true "
    "effects (disattenuated) has the errors of both studies taken out; its interval is Fieller's "
    "(1954, J R Stat Soc B 16:175). Where a study tested against a fold change, errors and "
    "evidence are those of no change, from its limits and p-values. Adjusted p: "
    "Benjamini-Hochberg over the pairs of a contrast.",
    "Rank-rank overlap after Plaisier (2010, Nucleic Acids Res 38:e169), one test per quadrant, "
    "variance inflated as for the correlation. Sets: camera (Wu & Smyth 2012, Nucleic Acids Res "
    "40:e133), the variance of the difference of the means inside and outside from the residual "
    "expression of the other study; preranked GSEA (Subramanian 2005, PNAS 102:15545).",
    "Pooled modules: mean over studies, each counted once, with the t interval, which holds "
    "whatever the sizes of the studies and the variance between them (Bakirov & Szekely 2006, J "
    "Math Sci 139:6497), never shorter than the errors of the studies allow; each study left out "
    "in turn. Pooled genes: random effects, the distribution of the variance between studies "
    "estimated over all genes without a form (Laird 1978, J Am Stat Assoc 73:805) and given to "
    "each gene as prior. Variance between studies of one gene or module: restricted maximum "
    "likelihood (Viechtbauer 2005, J Educ Behav Stat 30:261). Common effect: Stouffer's sum of "
    "normal scores.",
    "Joint classes: a class in at least r of n studies is a partial conjunction, tested by "
    "AdaFilter (Wang 2022, Ann Stat 50:1890) on the p of the class in each study; for all studies "
    "the p is the largest of theirs (Berger 1982, Technometrics 24:295). Contradicted: two "
    "studies show different classes, and their directions on the plane of disease and change are "
    "shown to differ by more than 27 degrees, the angle between no and half recovery (Fieller's "
    "test of two ratios).",
)


def comparison_tables(results: Mapping[str, pd.DataFrame]) -> list[Table]:
    """The tables of the report, extracts of the files beside it."""
    joint = results["joint"]
    shown = joint[joint["verdict"].isin(["all", "contradicted"])]
    together = -shown["studies"].str.count(",")  # all studies before pairs
    genes = results["genes"].sort_values(["P.Value", "p_common"], kind="stable").head(25)
    first = results["modules"]["method"].eq("zscore")
    extracts = {
        "studies": results["studies"],
        "independence": results.get("independence", pd.DataFrame()),
        "concordance": _true_first(results["concordance"]),
        "joint_summary": results["joint_summary"],
        "joint": shown.assign(_of=together).sort_values(["_of", "adj.P.Val"]).drop(columns="_of"),
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


def _true_first(concordance: pd.DataFrame) -> pd.DataFrame:
    """Contrasts in their order, the correlation of true effects before that of measured ones."""
    rank = {name: place for place, name in enumerate(ORDER)}
    table = concordance.sort_values("contrast", key=lambda s: s.map(rank), kind="stable")
    names = [name for name in table if name.startswith("disattenuated")]
    rest = [name for name in table if name not in (*PAIR, *names)]
    return table[[*PAIR, *names, *rest]]


def findings_table(config: Mapping[str, Any], results: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The answer in words, one a row, for the reports of the studies themselves."""
    alpha = config["trajectories"]["alpha"]
    with named_as(labels_of(config)):
        return pd.DataFrame({"text": [f"{head}: {text}" for head, text in answer(results, alpha)]})


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
        first = answer(results, config["trajectories"]["alpha"])
        told = details(results, modules, config["trajectories"]["alpha"])
        tables = comparison_tables(results)
    return template("comparison.html.j2").render(
        title=config["title"] if config["title"] else f"Comparison: {config['study']}",
        study=config["study"],
        answer=first,
        details=told,
        limits=[*config["caveats"], *LIMITS],
        pictures=pictures,
        tables=tables,
        methods=[*METHODS, f"Software: {software}."],
        parameters=yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=100),
        own="intake" in config,
    )
