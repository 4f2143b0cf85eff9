"""Whether a contrast differs from 0 at any follow-up visit: moderated F tests."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from revertome.columns import conformed
from revertome.columns.differential import VISITS
from revertome.limma.ebayes import Moderated
from revertome.limma.f_test import f_test
from revertome.statistics.fdr import adjust
from revertome.trial import Model


def over_visits(
    moderated: Moderated | None,
    model: Model,
    meant: Mapping[str, tuple[str | None, str]],
    genes: pd.Index,
    engine: str,
) -> pd.DataFrame:
    """F test of every contrast that a model has at several visits.

    Parameters
    ----------
    moderated : Moderated or None
        The fit of all contrasts; None of an engine without one.
    model : Model
    meant : dict of str to (visit, contrast)
        What each contrast of the model is.
    genes : (G,)
    engine : str

    Returns
    -------
    DataFrame
        contrast, visits (joined by commas), gene, AveExpr, F, df1, df2, P.Value, adj.P.Val
        (Benjamini-Hochberg over genes), n (samples), engine; sorted by P.Value within a contrast.
        A contrast that is the same at all visits is in none.
    """
    found = []
    for name in dict.fromkeys(name for _, name in meant.values()):
        keys = [key for key, (_, own) in meant.items() if own == name]
        different = {tuple(model.contrasts[key]) for key in keys}
        if moderated is None or len(different) < 2:
            continue
        f, df1, df2, p = f_test(moderated, keys)
        table = pd.DataFrame({"gene": np.asarray(genes, dtype=object), "F": f, "df1": df1})
        table = table.assign(
            **{"df2": df2, "P.Value": p, "adj.P.Val": adjust(p), "AveExpr": moderated.fit.mean},
            contrast=name,
            visits=",".join(str(meant[key][0]) for key in keys),
            n=len(model.obs),
            engine=engine,
        )
        found.append(table.sort_values(["P.Value", "gene"], kind="stable"))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def in_order_of(names: Sequence[str], tests: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables of several models as one, contrasts in this order."""
    filled = [table for table in tests if len(table)]
    whole = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    if len(whole):
        place = whole["contrast"].map({name: k for k, name in enumerate(names)})
        whole = whole.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)
    return conformed(whole, VISITS)
