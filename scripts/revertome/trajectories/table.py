"""One row a gene: where it lies on the plane, what is claimed and how sure that is."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array
from revertome.gene_classes import CLAIMED
from revertome.limma.ebayes import Moderated, two_sided
from revertome.statistics.fdr import adjust
from revertome.trajectories.classes import ClassCalls
from revertome.trajectories.fieller import fieller
from revertome.trajectories.plane import Plane

LEVEL = 0.95  # of the marginal intervals
JOINT = 0.95  # level of the joint confidence region
# With fewer, the variance of non-responders is hardly known. With 2 to 4, twice as variable as
# responders, no difference at all gave 2 to 6 false genes in 100 trials.
LEAST_NONRESPONDERS = 3
MOVING = tuple(name for name in CLAIMED if name != "persistent")


def gene_table(
    planes: Mapping[str, Plane],
    calls: ClassCalls,
    moderated: Mapping[str, Moderated],
    genes: pd.Index,
    stability: Array,
    options: Mapping[str, Any],
    n_nonresponders: int,
) -> pd.DataFrame:
    """Table of all genes.

    Returns
    -------
    DataFrame, (G, ...)
        gene; disease, change, residual (log2, in the patients of `reverted_in`) with the 95%
        limits of the residual; recovered (-change/disease) with 95% Fieller limits and their kind
        (`bounded`, `unbounded`: outside of high..low, `whole line`); se_disease, se_change,
        correlation and df of the moderated estimates; p and adjusted p of disease, change and
        each class; class; the same limits as selection-adjusted ones for genes that are called
        (`recovered_fcr_low`, `recovered_fcr_high`, see `selected_limits`); stability;
        change_nonresponders and interaction (change of responders minus non-responders) with p,
        adjusted over all genes and among those called (`adj_p_specific`); responder_specific; where
        induction is claimed in other patients than reversion, disease, change, their spread and the
        p of change in these patients, with `_all` or `_responders` after the name.
    """
    main = planes["main"]
    low, high, kind = fieller(main)
    residual_low, residual_high = residual_limits(main)
    columns: dict[str, Any] = {
        "gene": np.asarray(genes, dtype=object),
        "disease": main.d,
        "change": main.t,
        "residual": main.d + main.t,
        "residual_low": residual_low,
        "residual_high": residual_high,
        "recovered": -main.t / np.where(main.d == 0, np.nan, main.d),
        "recovered_low": low,
        "recovered_high": high,
        "recovered_interval": kind,
        **_spread(main),
        "p_disease": calls.p_disease,
        "adj_p_disease": calls.adj_p_disease,
        "p_change": calls.p_change,
        "adj_p_change": calls.adj_p_change,
    }
    for name, p in calls.p.items():
        columns[f"p_{name}"] = p
        columns[f"adj_p_{name}"] = calls.adj_p[name]
    columns |= {"class": calls.outcome, "stability": stability}
    columns |= selected_limits(main, calls.outcome)
    columns |= _interaction(moderated, planes, calls, options["alpha"], n_nonresponders)
    if options["induced_in"] != options["reverted_in"]:
        other, end = planes["induced"], f"_{options['induced_in']}"
        p = other.two_sided(0, 1)
        columns |= {f"disease{end}": other.d, f"change{end}": other.t}
        columns |= {f"p_change{end}": p, f"adj_p_change{end}": adjust(p)}
        columns |= _spread(other, end)
    table = pd.DataFrame(columns)
    return table.sort_values("gene", kind="stable", ignore_index=True)


def residual_limits(plane: Plane) -> tuple[Array, Array]:
    """95% limits of d + t: the estimate and the t quantile times its standard error."""
    variance = plane.var_d + 2 * plane.cov + plane.var_t
    reach = special.stdtrit(plane.degrees(1, 1), 0.975) * np.sqrt(variance)
    return plane.d + plane.t - reach, plane.d + plane.t + reach


def _spread(plane: Plane, suffix: str = "") -> dict[str, Any]:
    """Standard errors of disease and change, their correlation and degrees of freedom.

    With V their covariance and v the estimate, the joint 95% confidence region of (disease,
    change) is (x - v)' V^-1 (x - v) <= joint_limit = 2 F(0.95; 2, df).
    """
    se_disease, se_change = np.sqrt(plane.var_d), np.sqrt(plane.var_t)
    return {
        f"se_disease{suffix}": se_disease,
        f"se_change{suffix}": se_change,
        f"correlation{suffix}": plane.cov / (se_disease * se_change),
        f"df{suffix}": plane.df,
        f"joint_limit{suffix}": _joint_limit(plane.df),
    }


def _joint_limit(df: float | Array) -> Any:
    """2 F(0.95; 2, df): the 95% quantile of two squared standard errors together."""
    # scipy has no F quantile of infinite df; there it is that of chi-square.
    limit = np.where(np.isinf(df), special.chdtri(2, 1 - JOINT), 2 * special.fdtri(2, df, JOINT))
    return limit[()]  # a number for a number


def _estimate(moderated: Mapping[str, Moderated], name: str) -> tuple[Array, Array]:
    n = len(next(iter(moderated.values())).fit.coefficients)
    if name not in moderated:
        return np.full(n, np.nan), np.full(n, np.nan)
    part = moderated[name]
    k = part.fit.names.index(name)
    return part.fit.coefficients[:, k], two_sided(part.t[:, k], part.df_total)


def selected_limits(plane: Plane, outcome: npt.NDArray[np.object_]) -> dict[str, Any]:
    """Limits of the recovered fraction of the genes called, adjusted for their selection.

    Of G genes tested R are called and reported. Intervals at level 1 - 0.05 R / G have a false
    coverage rate of 5% among them (Benjamini & Yekutieli 2005, J Am Stat Assoc 100:71).
    """
    called = np.isin(outcome, CLAIMED)
    low, high = np.full(len(called), np.nan), np.full(len(called), np.nan)
    if called.any():
        level = 1 - (1 - LEVEL) * called.sum() / len(called)
        low, high, _ = (np.where(called, limit, np.nan) if limit.dtype != object else limit
                        for limit in fieller(plane, level))  # fmt: skip
    return {"recovered_fcr_low": low, "recovered_fcr_high": high}


def _interaction(
    moderated: Mapping[str, Moderated],
    planes: Mapping[str, Plane],
    calls: ClassCalls,
    alpha: float,
    n_nonresponders: int,
) -> dict[str, Any]:
    """The interaction of every gene, and which of those called move more in responders."""
    nonresponders, _ = _estimate(moderated, "change_nonresponders")
    missing = np.full(len(nonresponders), np.nan)
    interaction, p = missing, missing
    if "specific" in planes:
        interaction, p = planes["specific"].t, planes["specific"].two_sided(0, 1)
    # The question is asked of the genes called, so that these are the family adjusted over.
    moving = np.isin(calls.outcome, MOVING)
    among = missing.copy()
    specific: Any = np.full(len(p), np.nan, dtype=object)
    if n_nonresponders >= LEAST_NONRESPONDERS and not np.isnan(p).all():
        among[moving] = adjust(p[moving])
        specific = (among <= alpha) & (interaction * planes["main"].t > 0)
    return {
        "change_nonresponders": nonresponders,
        "interaction": interaction,
        "p_interaction": p,
        "adj_p_interaction": adjust(p),
        "adj_p_specific": among,
        "responder_specific": specific,
    }
