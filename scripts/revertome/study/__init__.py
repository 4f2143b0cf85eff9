"""Study: samples, flags, labels and principal components in one AnnData, ready for scanpy."""

from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd

from revertome.filled import filled
from revertome.quality.components import Components, most_variable, principal_components
from revertome.trial import label_by_patient

__all__ = ["gather"]

FLAGS = ["flag", "reason", "used"]


def gather(expression: Any, samples: pd.DataFrame, labels: pd.DataFrame) -> Any:
    """Join what `normalise`, `quality` and `response` know of the samples.

    All samples are in it, those that `quality.exclude` leaves out too: they take part in the
    principal components, as in `quality/pca.tsv`, since that is where one sees why they were left
    out. `study[study.obs["used"]]` is what the later stages analyse.

    Parameters
    ----------
    expression : AnnData, (samples, genes)
        Of `normalise`, log2.
    samples : DataFrame
        Of `quality`: sample, flag, reason, used, ...
    labels : DataFrame
        Of `response`: patient, label.

    Returns
    -------
    AnnData, (samples, genes)
        `expression` and in `obs` flag, reason, used (in the place of columns of these names in
        the sample sheet) and label, the patient's response label, missing in healthy samples; in
        `var` highly_variable, the genes behind the components; in `obsm["X_pca"]`,
        `varm["PCs"]` and `uns["pca"]` the components where `scanpy.pp.pca` leaves them;
        `uns["log1p"]`, the base of the logarithm for scanpy's fold changes.

    References
    ----------
    Wolf FA, Angerer P, Theis FJ 2018, Genome Biol 19:15 (scanpy).
    """
    from anndata import AnnData
    from threadpoolctl import threadpool_limits

    parts = (expression.obs.copy(), expression.var.copy(), deepcopy(expression.uns))
    study = AnnData(expression.X, *parts, layers=dict(expression.layers))  # a matrix is not copied
    flags = samples.set_index("sample").loc[study.obs_names.astype(str), FLAGS]
    label = label_by_patient(labels)
    added = flags.set_axis(study.obs_names).assign(
        label=study.obs["patient"].astype(str).map(label).astype("category")
    )
    study.obs = study.obs.drop(columns=[name for name in added if name in study.obs]).join(added)
    study.uns["log1p"] = {"base": 2}
    values = study.X
    study.X = x = filled(np.asarray(values, dtype=np.float64))
    genes = most_variable(x)
    study.var["highly_variable"] = np.isin(np.arange(study.n_vars), genes)
    with threadpool_limits(limits=1):  # the same digits as in `quality`
        _place(study, principal_components(x[:, genes]))
    study.X = values
    return study


def _place(study: Any, components: Components) -> None:
    """Fill the slots of `scanpy.pp.pca` with the components of `quality`.

    scanpy lays the slots out as its installed version does and computes the components again,
    by another library; the numbers kept are those of `quality/pca.tsv`, so that there is one
    principal component analysis in a result folder, to the last digit.
    """
    import scanpy

    scanpy.pp.pca(
        study,
        n_comps=len(components.variance),
        mask_var="highly_variable",
        svd_solver="full",
        dtype="float64",
    )
    again = study.uns["pca"]["variance"]
    gap = np.abs(again - components.variance).max(initial=0.0)
    print(f"variances of the components, here and by scanpy, differ by at most {gap:.1e}")
    study.obsm["X_pca"] = components.scores.to_numpy()
    study.varm["PCs"][study.var["highly_variable"].to_numpy()] = components.loadings.T
    study.uns["pca"] |= {"variance": components.variance, "variance_ratio": components.share}
