"""Every sample assessed: how well it fits the others, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.filled import filled
from revertome.intake.sample_flow import Flow
from revertome.quality.alarms import alarms
from revertome.quality.clinic import blood_counts
from revertome.quality.components import (
    N_SHOWN,
    associations,
    most_variable,
    principal_components,
)
from revertome.quality.confounding import confounded, warn_of_codes
from revertome.quality.content import blood_content
from revertome.quality.outliers import sample_metrics
from revertome.quality.pairing import wrong_pairing
from revertome.quality.relative import correlations, relative_log_expression
from revertome.quality.sample_table import sample_table
from revertome.quality.sex import SEX_GENES

LARGE = 2000  # samples beyond which a table of all pairs is not written


@dataclass(frozen=True)
class Quality:
    """What is known about the samples.

    Attributes
    ----------
    samples : DataFrame
        One row a sample: sample, patient, visit, group, flag (pass, flag), reason (words joined by
        `;`), used (bool), library_size and norm_factor (counts), median (log2), floor_share and
        saturated_share (of features, at the sample's most frequent and at its highest value),
        missing_share (of features, without a value),
        rle_median, rle_iqr, median_correlation, recorded_sex, expressed_sex, sex_score, xist,
        y_genes, best_match_patient, match_own, match_other, likely_patient, duplicate_of,
        neutrophil_score, erythroid_score, globin_share.
    rle : DataFrame
        sample, patient, visit, group, median, q25, q75, low, high of the relative log expression.
    correlation : DataFrame
        sample, and one column a sample: Pearson correlation over all genes.
    pca : DataFrame
        sample, patient, visit, group, arm, batch, PC1 to PC5; PC1_batch_removed and
        PC2_batch_removed of the layer `batch_removed`, where there is one.
    components : DataFrame
        component, variance_explained, variable, statistic, P.Value, adj.P.Val.
    flow : DataFrame
        stage, n_samples, n_patients, n_pairs, note.
    excluded : list of str
        Samples left out of later stages.
    alarms : list of str
        What may make the whole study wrong, one sentence each.
    """

    samples: pd.DataFrame
    rle: pd.DataFrame
    correlation: pd.DataFrame
    pca: pd.DataFrame
    components: pd.DataFrame
    flow: pd.DataFrame
    excluded: list[str]
    alarms: list[str]


def assess(
    expression: Any,
    flow: pd.DataFrame,
    options: Mapping[str, Any],
    design: Mapping[str, Any],
    visits: pd.DataFrame,
    clinic: Mapping[str, Any],
) -> Quality:
    """Assess every sample.

    Reasons for a flag: shifted, noisy, low_correlation, small_library, values_missing (see
    `outliers`);
    sex_mismatch (recorded and expressed sex differ); both_sexes (XIST and Y genes both high);
    pair_identity (another patient's sample matches much better than the patient's own, see
    `match_patients`; with "(swap with <sample>)" where two samples are each likely the other's, and
    "(unlike its pair)" where nobody else is likely);
    duplicate (see `duplicates`).

    Parameters
    ----------
    expression : AnnData, (samples, genes)
        Of `normalise`.
    flow : DataFrame
        Sample flow so far.
    options, design : mapping
        Sections `quality` and `design` of the study file.
    visits : DataFrame
        patient, visit and clinical columns; may have no rows.
    clinic : mapping
        Section `response` of the study file, for `baseline_visit` and `visit`.

    Returns
    -------
    Quality
    """
    from threadpoolctl import threadpool_limits

    obs, x = _plain(expression.obs), np.asarray(expression.X, dtype=np.float64)
    with threadpool_limits(limits=1):  # the same digits whatever the number of cores
        rle, r = relative_log_expression(x), correlations(x)
        metrics = sample_metrics(rle, r).set_axis(obs.index)
        blood = blood_content(expression)
        mads = float(options["outlier_mads"])
        samples = sample_table(expression, obs, metrics, blood, mads)
        counts = blood_counts(obs, visits, design, clinic)
        pca, components = _components(expression, obs, pd.concat([blood, counts], axis=1))
        whose = wrong_pairing(
            x,
            obs,
            samples["expressed_sex"].set_axis(obs.index),
            design,
            ~expression.var_names.isin(SEX_GENES),
        )
    warn_of_codes(obs, design)
    drop = options["exclude"] == "flagged"
    samples["used"] = ~(drop & (samples["flag"] == "flag"))
    excluded = samples.loc[~samples["used"], "sample"].tolist()
    who = samples[["sample", "patient", "visit", "group"]]
    return Quality(
        samples=samples,
        rle=pd.concat([who, rle], axis=1),
        correlation=_correlation_table(r, samples),
        pca=pca,
        components=components,
        flow=_flow(expression, flow, samples, design),
        excluded=excluded,
        alarms=[
            *alarms(samples, design),
            *([whose] if whose else []),
            *confounded(obs, design, pca["PC1"].to_numpy() if "PC1" in pca else None),
        ],
    )


def _correlation_table(r: Array, samples: pd.DataFrame) -> pd.DataFrame:
    """Correlations with every sample; of a large study with those flagged, as text grows by n^2."""
    shown = samples["flag"].eq("flag").to_numpy() | (len(r) <= LARGE)
    table = pd.DataFrame(r[:, shown], columns=samples.loc[shown, "sample"])
    table.insert(0, "sample", samples["sample"])
    return table


def _plain(obs: pd.DataFrame) -> pd.DataFrame:
    """Samples with text as text, not categories, and the id as a column."""
    text = [name for name in obs if isinstance(obs[name].dtype, pd.CategoricalDtype)]
    return obs.astype(dict.fromkeys(text, object)).assign(sample=obs.index.astype(str))


def _components(
    expression: Any, obs: pd.DataFrame, blood: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    x = filled(np.asarray(expression.X, dtype=np.float64))
    found = principal_components(x[:, most_variable(x)])
    variables = pd.concat([obs.drop(columns=["sample", "patient"]), blood], axis=1)
    components = associations(found.scores, found.share, variables)
    names = ["sample", "patient", "visit", "group", "arm", "batch"]
    known = obs[[name for name in names if name in obs]].reset_index(drop=True)
    parts = [known, found.scores.iloc[:, :N_SHOWN]]
    if "batch_removed" in expression.layers:
        x = filled(np.asarray(expression.layers["batch_removed"], dtype=np.float64))
        again = principal_components(x[:, most_variable(x)])
        parts.append(again.scores.iloc[:, :2].add_suffix("_batch_removed"))
    return pd.concat(parts, axis=1), components


def _flow(
    expression: Any, flow: pd.DataFrame, samples: pd.DataFrame, design: Mapping[str, Any]
) -> pd.DataFrame:
    steps = Flow(design)
    done = expression.uns["normalise"]
    steps.add("normalised", samples, f"{expression.n_vars} genes, method {done['method']}")
    flagged = samples.loc[samples["flag"] == "flag", "reason"]
    words = flagged.str.replace(r" \(.*?\)", "", regex=True).str.split(";").explode()
    words = words.value_counts().sort_index()
    note = ", ".join(f"{reason} {n}" for reason, n in words.items())
    steps.add("checked", samples, f"{len(flagged)} flagged{': ' if len(flagged) else ''}{note}")
    left = int((~samples["used"]).sum())
    steps.add("used", samples[samples["used"]], f"{left} flagged samples left out")
    return pd.concat([flow, steps.table()], ignore_index=True)
