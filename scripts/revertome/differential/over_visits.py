"""Moderated F tests: of a contrast at any follow-up visit, and of the groups of response."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.columns import conformed
from revertome.columns.differential import VISITS
from revertome.limma.ebayes import Moderated
from revertome.limma.f_test import f_test
from revertome.sheet_word import baseline_of, change_of
from revertome.statistics.fdr import adjust
from revertome.trial import Model, groups_in_order


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
        visits = ",".join(str(meant[key][0]) for key in keys)
        tested = _table(f_test(moderated, keys), moderated, model, genes)
        found.append(tested.assign(contrast=name, visits=visits, engine=engine))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def over_groups(
    moderated: Moderated | None,
    model: Model,
    meant: Mapping[str, tuple[str | None, str]],
    genes: pd.Index,
    engine: str,
) -> pd.DataFrame:
    """F test of the groups of response at each visit: whether their changes differ (`groups`), and
    whether they differed before treatment (`groups_baseline`).

    Parameters and columns as of `over_visits`; with k groups of which the model has the changes,
    df1 is k - 1. `groups_baseline` is of no visit, and there once.
    """
    groups, found = groups_in_order(model.obs).index, list[pd.DataFrame]()
    changes, starts = [change_of(each) for each in groups], [baseline_of(each) for each in groups]
    for visit in dict.fromkeys(visit for visit, _ in meant.values()):
        own = {name: key for key, (at, name) in meant.items() if at == visit}
        for title, names in (("groups", changes), ("groups_baseline", starts)):
            keys = [own[name] for name in names if name in own]
            k = len(keys)
            # Differences of changes from the first; groups at baseline are differences already.
            combine = np.eye(k) if title != "groups" else np.eye(k)[:, 1:] - np.eye(k)[:, :1]
            told = [table for table in found if table["contrast"].eq(title).all()]
            if moderated is None or not combine.shape[1] or (told and title != "groups"):
                continue  # what was before treatment is the same at every visit
            tested = _table(f_test(moderated, keys, combine), moderated, model, genes)
            at_visit = visit if title == "groups" else None
            found.append(tested.assign(contrast=title, visits=at_visit, engine=engine))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _table(
    tested: tuple[Array, Array, float | Array, Array],
    moderated: Moderated,
    model: Model,
    genes: pd.Index,
) -> pd.DataFrame:
    """One row a gene, sorted by P.Value."""
    f, df1, df2, p = tested
    table = pd.DataFrame({"gene": np.asarray(genes, dtype=object), "F": f, "df1": df1})
    table = table.assign(
        **{"df2": df2, "P.Value": p, "adj.P.Val": adjust(p), "AveExpr": moderated.fit.mean},
        n=len(model.obs),
    )
    return table.sort_values(["P.Value", "gene"], kind="stable")


def in_order_of(names: Sequence[str], tests: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables of several models as one, contrasts in this order."""
    filled = [table for table in tests if len(table)]
    whole = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    if len(whole):
        order = [*names, "groups", "groups_baseline"]
        place = whole["contrast"].map({name: k for k, name in enumerate(order)})
        whole = whole.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)
    return conformed(whole, VISITS)
