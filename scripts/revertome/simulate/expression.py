"""Log2 expression of the simulated samples, as a microarray measures it."""

import numpy as np
import pandas as pd

from revertome.simulate.draw import Generator, in_parts, stream
from revertome.simulate.patients import responders
from revertome.simulate.profile import BACKGROUND, MODULE_PATIENT_SHARE, MODULES
from revertome.trial import is_healthy

BATCH_SD = 0.14  # log2, of a gene's shift between batches
CLINIC = {"enrollment": "day1", "month1": "month1", "month6": "month6"}  # visits of the clinic
Parts = list[tuple[Generator, np.ndarray]]


def samples(plan: pd.DataFrame) -> pd.DataFrame:
    """Blood samples of the plan.

    Returns
    -------
    DataFrame, one row a sample sorted by sample, with
        sample, patient, visit (enrollment, month1, month6; missing in the healthy), group, arm,
        sex, age, batch, clinic (name of the visit in the visits sheet), responder (at month 1 of
        a sample of month 1, else at month 6).
    """
    people = plan.assign(batch_enrollment=plan["batch"])
    parts = []
    for visit, clinic in CLINIC.items():
        good = responders(people, "month1" if visit == "month1" else "month6")
        part = people.assign(
            visit=visit, clinic=clinic, batch=people[f"batch_{visit}"], responder=good
        )
        parts.append(part[part[f"{visit}_sample"]])
    table = pd.concat(parts, ignore_index=True)
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
    `truth.disease` and E(month6 - enrollment) the change of the patient's class of response, and
    likewise at month 1 that of the patient's arm and response. Samples of month 1 are drawn from
    a stream of their own: the others are the same without them.

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
    added = (samples["visit"] == "month1").to_numpy()
    parts = [
        (rng, np.flatnonzero(~added)),
        (stream(seed, "expression at month 1"), np.flatnonzero(added)),
    ]
    values = genes["mean"].to_numpy() + effects(samples, truth) + _batch(rng, samples, len(genes))
    values += genes["sd"].to_numpy() * _variation(parts, samples, genes, excess)
    _sex(parts, values, samples, genes)
    return pd.DataFrame(values, index=samples["sample"], columns=genes.index)


def effects(samples: pd.DataFrame, truth: pd.DataFrame) -> np.ndarray:
    """True deviation from healthy, samples x genes (log2)."""
    sick = samples["group"] == "patient"
    month1, month6 = samples["visit"] == "month1", samples["visit"] == "month6"
    responder = samples["responder"].astype(bool)
    drug = samples["arm"] != "placebo"
    part = {
        "disease": sick,
        "change": month6 & responder,
        "change_nonresponders": month6 & ~responder,
        "change_month1": month1 & drug & responder,
        "change_month1_nonresponders": month1 & drug & ~responder,
        "natural_month1": month1 & ~drug,
    }
    total: np.ndarray = np.sum([np.outer(rows, truth[name]) for name, rows in part.items()], axis=0)
    return total


def _batch(rng: Generator, samples: pd.DataFrame, n_genes: int) -> np.ndarray:
    side = np.where(samples["batch"] == "B1", -0.5, 0.5)
    shift: np.ndarray = np.outer(side, rng.normal(0, BATCH_SD, n_genes))
    return shift


def _variation(
    parts: Parts, samples: pd.DataFrame, genes: pd.DataFrame, excess: pd.DataFrame
) -> np.ndarray:
    """Variation of unit variance between people and samples, samples x genes."""
    loading = genes["module_loading"].to_numpy(), genes["neutrophil_loading"].to_numpy()
    share = genes["patient_share"].to_numpy()
    person = excess.index.get_indexer(samples["patient"])
    visit = excess.columns.get_indexer(samples["clinic"])
    module = _twofold(parts, person, len(excess), np.full(MODULES, MODULE_PATIENT_SHARE))
    variation: np.ndarray = loading[0] * module[:, genes["module"].to_numpy()]
    variation += np.outer(excess.to_numpy()[person, visit], loading[1])
    left = np.sqrt(1 - loading[0] ** 2 - loading[1] ** 2)
    variation += left * _twofold(parts, person, len(excess), share)
    return variation


def _twofold(parts: Parts, person: np.ndarray, people: int, share: np.ndarray) -> np.ndarray:
    """Standard normal values, samples x variables; `share` of the variance is the person's."""
    own = parts[0][0].standard_normal((people, len(share)))[person]
    noise = in_parts(parts, lambda rng, rows: rng.standard_normal((rows, len(share))))
    value: np.ndarray = np.sqrt(share) * own + np.sqrt(1 - share) * noise
    return value


def _sex(parts: Parts, values: np.ndarray, samples: pd.DataFrame, genes: pd.DataFrame) -> None:
    """Genes of the other sex are at background, in place."""
    for group in ("female", "male"):
        other = (samples["sex"] != group).to_numpy()
        columns = np.flatnonzero(genes["group"] == group)
        for rng, part in parts:
            rows = part[other[part]]
            background = rng.normal(BACKGROUND, 0.2, (len(rows), len(columns)))
            values[np.ix_(rows, columns)] = background
