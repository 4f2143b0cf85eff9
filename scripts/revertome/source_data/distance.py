"""Distance of every sample to health, patient by patient."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.modules.distance import LEAST
from revertome.small_cells import size
from revertome.source_data.tidy import absent, cohort, followed, medians, p_text, stack
from revertome.trial import sample_times

TESTS = ["label", "n", "fell", "median_change", "P.Value"]


def table(
    distance: pd.DataFrame,
    distance_tests: pd.DataFrame,
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
) -> pd.DataFrame:
    """Build the table of the distance to health.

    Returns
    -------
    DataFrame
        `sample` rows: sample, patient, role, visit, label, distance, genes_outside. `band` row:
        healthy_mean, threshold (mean + 2 SD), healthy_sd. `test` rows: label, n, fell (patients
        whose distance is smaller at follow-up), median_change, P.Value (Wilcoxon's signed ranks,
        two-sided), of modules/distance_tests.tsv.
    """
    if distance.empty or distance["distance"].isna().all():
        return absent(f"Distance to health needs at least {LEAST} healthy people.")
    people = followed(cohort(expression, labels, design))
    known = distance[["sample", "distance", "genes_outside"]].dropna(subset=["distance"])
    samples = people.merge(known, on="sample")
    band = distance[["healthy_mean", "threshold"]].head(1)
    band = band.assign(healthy_sd=(band["threshold"] - band["healthy_mean"]) / 2)
    tests = distance_tests[TESTS]
    return stack(*_words(samples, tests, design), sample=samples, band=band, test=tests)


def _words(
    samples: pd.DataFrame, tests: pd.DataFrame, design: Mapping[str, Any]
) -> tuple[str, str]:
    tested = "; ".join(
        f"{naming.group(row['label'])}: smaller in {size(row['fell'])} of {size(row['n'])}, "
        f"{p_text(row['P.Value'])}"
        for row in tests.to_dict("records")
    )
    times = [naming.visit(time) for time in sample_times(design).values()]
    caption = (
        "Distance to health: how far each sample lies outside the healthy range, in healthy SD "
        "summed over the genes that are 2 SD or more from the healthy mean, by patient at "
        f"{' and '.join(times)}; bars: medians; band: healthy mean and "
        "two standard deviations either side; dashed: mean + 2 SD."
    )
    if tested:
        caption += f" Wilcoxon signed-rank test, two-sided, not adjusted: {tested}."
    return caption, f"{caption} {medians(samples, 'distance', design, '.3g')}."
