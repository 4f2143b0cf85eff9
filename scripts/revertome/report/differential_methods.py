"""What was fitted, by which engine and how, in words: read from the design report."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.differential.engine import Sentence
from revertome.differential.engines import get_engine

BH = (
    "Benjamini Y, Hochberg Y. Controlling the false discovery rate. J R Stat Soc B "
    "1995;57:289-300. doi:10.1111/j.2517-6161.1995.tb02031.x"
)
NO_SAMPLES = "no such samples"  # why a contrast has no model, in the design report
RAN = [
    "engine",
    "blocking",
    "trend",
    "robust",
    "weights",
    "lfc",
    "covariates",
    "absorbed",
    "formula",
]


def differential_methods(models: pd.DataFrame, covariates: Sequence[str]) -> list[Sentence]:
    """Sentences on the models of every engine, each once.

    Parameters
    ----------
    models : DataFrame
        `differential/design.tsv`: contrast, engine, blocking, trend, robust, weights, lfc,
        covariates, absorbed, confounded, dropped, formula.
    covariates : list of str
        Covariates that were asked for.
    """
    fitted = models[models["blocking"].notna()]
    found: list[Sentence] = []
    for _, rows in fitted.groupby(RAN, sort=False):
        ran = {str(key): value for key, value in rows.iloc[0].items()}
        names = rows["contrast"].astype(str).tolist()
        found += get_engine(str(ran["engine"])).methods(_contrasts(names), ran)
        found += _adjustment(ran, covariates)
    missing = models[models["blocking"].isna()].fillna({"confounded": "none"})
    for (hiding, dropped), rows in missing.groupby(["confounded", "dropped"], sort=False):
        absent = _contrasts(list(dict.fromkeys(rows["contrast"].astype(str))))
        why = f" ({dropped})" if str(dropped) != NO_SAMPLES else ", for want of samples"
        hidden = ", ".join(naming.variable(each, unit=False) for each in str(hiding).split(", "))
        why = why if hiding == "none" else f", as {hidden} cannot be told apart from it"
        found.append(Sentence(f"{absent} not estimated{why}."))
    text = "P-values of each contrast were adjusted by the method of Benjamini and Hochberg (1995)."
    return list(dict.fromkeys([*found, Sentence(text, (BH,))]))


def _contrasts(names: Sequence[str]) -> str:
    """The contrasts and a verb, to begin a sentence with."""
    if len(names) == 1:
        return f"The contrast “{naming.contrast(names[0])}” was"
    named = [f"“{naming.contrast(name)}”" for name in names]
    return f"The contrasts {', '.join(named[:-1])} and {named[-1]} were"


def _adjustment(ran: Mapping[str, Any], configured: Sequence[str]) -> list[Sentence]:
    """The covariates in a model, those that patients hold, and those that say nothing more."""
    kept, absorbed = (_names(ran[column]) for column in ("covariates", "absorbed"))
    lost = [name for name in configured if name not in (*kept, *absorbed)]
    kept, absorbed, lost = (
        [naming.variable(name, unit=False) for name in names] for names in (kept, absorbed, lost)
    )
    patients = {
        "fixed": "with patients as fixed effects",
        "random": "with patients as random blocks",
        "none": "of one sample a person",
    }[ran["blocking"]]
    model, found = f"The {naming.engine(ran['engine'])} models {patients}", []
    if kept:
        found.append(f"{model} were adjusted for {', '.join(kept)}.")
    if absorbed:
        found.append(
            f"{model} compare samples of the same patients, within whom {', '.join(absorbed)} "
            f"{'does' if len(absorbed) == 1 else 'do'} not vary: there is nothing to adjust for."
        )
    if lost:
        found.append(
            f"{model} leave out {', '.join(lost)}: in these samples no contrast depends on it "
            "beside what is in the model."
        )
    return [Sentence(text) for text in found]


def _names(text: object) -> list[str]:
    return [] if text == "none" else str(text).split(", ")
