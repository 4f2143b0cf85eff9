"""Log2 expression of the simulated samples, as a microarray measures it."""

import numpy as np
import pandas as pd

from revertome.simulate.draw import Generator, stream
from revertome.simulate.patients import responders
from revertome.simulate.profile import BACKGROUND, MODULE_PATIENT_SHARE, MODULES
from revertome.trial import is_healthy

BATCH_SD = 0.14  # log2, of a gene's shift between batches


def samples(plan: pd.DataFrame) -> pd.DataFrame:
    """Blood samples of the plan.

    Returns
    -------
    DataFrame, one row a sample sorted by sample, with
        sample, patient, visit (enrollment, month6; missing in the healthy), group, arm, sex,
        age, batch, clinic (name of the visit in the visits sheet), responder (at month 6).
    """
    people = plan.assign(responder=responders(plan))
    first = people[people["enrollment_sample"]].assign(visit="enrollment", clinic="day1")
    later = people[people["month6_sample"]].assign(visit="month6", clinic="month6")
    later = later.assign(batch=later["batch_month6"])
    table = pd.concat([first, later], ignore_index=True)
    table["sample"] = table["patient"] + "_" + table["visit"]
    healthy = is_healthy(table, {"healthy": "healthy"})
    table.loc[healthy, "sample"] = table["patient"]
    table.loc[healthy, "visit"] = None
    columns = ["sample", "patient", "visit", "group", "arm", "sex", "age", "batch"]
    return table.sort_values("sample")[[*columns, "clinic", "responder"]].reset_index(drop=True)


def log2_expression(
    samples: pd.DataFrame,
    genes: pd.DataFrame,
    truth: pd.DataFrame,
    excess: pd.DataFrame,
    seed: int,
) -> pd.DataFrame:
    """Log2 values.

    x = mean + effect + batch + SD x (module factor + neutrophil excess + patient + noise),

    every random part of expectation 0 in each group, so that E(enrollment - healthy) is
    `truth.disease` and E(month6 - enrollment) the change of the patient's class of response.

    Parameters
    ----------
    samples
        Table of `samples`.
    genes
        Table of `profile.profile`.
    truth
        Table of `truth.truth`, same genes.
    excess
        Table of `blood_counts.neutrophil_excess`.
    seed
        Seed of every draw.

    Returns
    -------
    DataFrame, samples x genes.
    """
    rng = stream(seed, "expression")
    values = genes["mean"].to_numpy() + effects(samples, truth) + _batch(rng, samples, len(genes))
    values += genes["sd"].to_numpy() * _variation(rng, samples, genes, excess)
    _sex(rng, values, samples, genes)
    return pd.DataFrame(values, index=samples["sample"], columns=genes.index)


def effects(samples: pd.DataFrame, truth: pd.DataFrame) -> np.ndarray:
    """True deviation from healthy, samples x genes (log2)."""
    sick = samples["group"] == "patient"
    treated = samples["visit"] == "month6"
    responder = samples["responder"].astype(bool)
    part = {
        "disease": sick,
        "change": treated & responder,
        "change_nonresponders": treated & ~responder,
    }
    total: np.ndarray = np.sum([np.outer(rows, truth[name]) for name, rows in part.items()], axis=0)
    return total


def _batch(rng: Generator, samples: pd.DataFrame, n_genes: int) -> np.ndarray:
    side = np.where(samples["batch"] == "B1", -0.5, 0.5)
    shift: np.ndarray = np.outer(side, rng.normal(0, BATCH_SD, n_genes))
    return shift


def _variation(
    rng: Generator, samples: pd.DataFrame, genes: pd.DataFrame, excess: pd.DataFrame
) -> np.ndarray:
    """Variation of unit variance between people and samples, samples x genes."""
    loading = genes["module_loading"].to_numpy(), genes["neutrophil_loading"].to_numpy()
    share = genes["patient_share"].to_numpy()
    person = excess.index.get_indexer(samples["patient"])
    visit = excess.columns.get_indexer(samples["clinic"])
    module = _twofold(rng, person, len(excess), np.full(MODULES, MODULE_PATIENT_SHARE))
    variation: np.ndarray = loading[0] * module[:, genes["module"].to_numpy()]
    variation += np.outer(excess.to_numpy()[person, visit], loading[1])
    left = np.sqrt(1 - loading[0] ** 2 - loading[1] ** 2)
    variation += left * _twofold(rng, person, len(excess), share)
    return variation


def _twofold(rng: Generator, person: np.ndarray, people: int, share: np.ndarray) -> np.ndarray:
    """Standard normal values, samples x variables; `share` of the variance is the person's."""
    own = rng.standard_normal((people, len(share)))[person]
    noise = rng.standard_normal((len(person), len(share)))
    value: np.ndarray = np.sqrt(share) * own + np.sqrt(1 - share) * noise
    return value


def _sex(rng: Generator, values: np.ndarray, samples: pd.DataFrame, genes: pd.DataFrame) -> None:
    """Genes of the other sex are at background, in place."""
    for group in ("female", "male"):
        rows = np.flatnonzero(samples["sex"] != group)
        columns = np.flatnonzero(genes["group"] == group)
        background = rng.normal(BACKGROUND, 0.2, (len(rows), len(columns)))
        values[np.ix_(rows, columns)] = background
