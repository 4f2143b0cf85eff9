"""Sources of variance: the parts of the fitted values of a model that belong to each.

Every source k is a linear map T_k (n, p) from the coefficients of the model to its own part of
the fitted values, so that its variance over the samples is a quadratic form b'K_k b.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.composition.by_sample import by_sample
from revertome.composition.cells_used import cells_used
from revertome.trial import Information, columns_of, dependent, sick

COVARIATE = "covariate_"  # before the name of a covariate, as a column of the shares
COMPOSITION = "composition"
INTERACTION = "interaction"
CELLS = ("disease", "response", "arm", "visit", INTERACTION)
CELL_TYPE = "cells "  # before the name of a cell type, as a column of the design
LEAST_KNOWN = 0.8  # share of the samples in which a cell type must be known
NOTHING = 1e-9  # mean square below which no fitted value belongs to a source


class Sources(NamedTuple):
    """A design, and which part of its fitted values is whose.

    Attributes
    ----------
    design : DataFrame, (n, p)
        Of full rank: cells, covariates, cell types.
    block : Series, (n,)
        Patient of each sample.
    parts : dict of str to (p, p)
        K of each source, in order: the variance of its part is b'K b.
    size : dict of str to int
        Coefficients of each source.
    cell_types : list of str
        Cell types in the design.
    """

    design: pd.DataFrame
    block: pd.Series
    parts: dict[str, Array]
    size: dict[str, int]
    cell_types: list[str]

    @property
    def whole(self) -> Array:
        """K of all sources together."""
        return _quadratic(self.design.to_numpy(float))


def sources_of(people: Information, cells: pd.DataFrame | None = None) -> Sources:
    """Sources of variance in the cells, the covariates and the composition of samples.

    The means of the cells are split by the additive model of who somebody is (`disease`: healthy
    or patient), `response` and `arm` of patients, and `visit`, by least squares over the samples.
    Every effect is centred over the people who have it: healthy people have no visit, and none of
    their distance to patients is due to one. What the sum leaves is `interaction`: changes that
    differ between labels or arms. This does not depend on which level is the reference.

    Parameters
    ----------
    people : Information
        Of `trial.between_people`.
    cells : DataFrame, optional
        `composition/cells.tsv`. Types that four fifths of the samples have are chosen as for the
        split of effects (`cells_used`); samples without one of them are left out.
    """
    matrix = people.matrix().drop(columns=[each.column for each in people.lost()])
    where = people.where
    kept: list[str] = []
    if cells is not None:
        matrix, kept = _with_cells(matrix, cells)
        where = where.loc[matrix.index]
    matrix = matrix.iloc[:, _independent(matrix.to_numpy(float))]
    kept = [name for name in kept if name in matrix]
    base = [str(c) for c in people.base if c in matrix]
    own = matrix[base].to_numpy(float)
    split, size = _split(where, own)
    maps = {name: _placed(part, base, matrix) for name, part in split.items()}
    for name in people.names:
        columns = [c for c in columns_of(name, people.covariates) if c in matrix]
        if columns:
            maps[COVARIATE + name] = _only(columns, matrix)
            size[COVARIATE + name] = len(columns)
    if kept:
        maps[COMPOSITION], size[COMPOSITION] = _only(kept, matrix), len(kept)
    parts = {name: _quadratic(part) for name, part in maps.items()}
    return Sources(matrix, where["patient"], parts, size, kept)


def _with_cells(matrix: pd.DataFrame, cells: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """A design with the types of cells by which effects are split, of samples that have them.

    The types are those that most samples have, so that shares are not those of few samples.
    """
    share = by_sample(cells).reindex(matrix.index).notna().mean()
    most = cells[cells["cell_type"].isin(share.index[share >= LEAST_KNOWN])]
    percent = cells_used(most, matrix, None).percent
    if not percent.shape[1]:
        return matrix, []
    own = (percent - percent.mean()).add_prefix(CELL_TYPE)
    return pd.concat([matrix.loc[own.index], own], axis=1), list(own)


def _independent(x: Array) -> list[int]:
    """Columns that say something of their own, also where samples were left out."""
    filled = [k for k in range(x.shape[1]) if np.any(x[:, k])]
    lost = dependent(x[:, filled])
    return [column for place, column in enumerate(filled) if place not in lost]


def _split(where: pd.DataFrame, base: Array) -> tuple[dict[str, Array], dict[str, int]]:
    """Parts of the means of the cells: T (n, cells) of each source, and its coefficients."""
    patient = where.index.isin(sick(where).index)
    timed = where["visit"].notna().to_numpy()
    kind = where["label"].astype(object).where(~patient, "patient")
    arm = where["arm"] if "arm" in where else pd.Series(None, index=where.index, dtype=object)
    effects = {
        "disease": _effect(kind, np.ones(len(where), bool)),
        "response": _effect(where["label"], patient),
        "arm": _effect(arm, patient & arm.notna().to_numpy()),
        "visit": _effect(where["visit"], timed),
    }
    owner = ["", *(name for name, columns in effects.items() for _ in columns.T)]
    additive = np.column_stack([np.ones(len(where)), *effects.values()])
    kept = _independent(additive)
    additive, owner = additive[:, kept], [owner[k] for k in kept]
    # The means of the cells are fitted by the additive model; its parts are maps of them as well.
    fitted = np.linalg.pinv(additive) @ base
    found, size = {}, {}
    for name in effects:
        mine = np.array([each == name for each in owner])
        if mine.any():
            found[name], size[name] = additive[:, mine] @ fitted[mine], int(mine.sum())
    rest = base - additive @ fitted
    if np.mean(rest**2) > NOTHING:
        found[INTERACTION], size[INTERACTION] = rest, base.shape[1] - additive.shape[1]
    return found, size


def _effect(level: pd.Series, who: Array) -> Array:
    """Columns of the levels but one, centred over those who have them and 0 for the others."""
    text = level.astype(object).where(who, None)
    columns = [(text == name).to_numpy(float) for name in sorted(set(text[who].astype(str)))[1:]]
    return np.array([np.where(who, c - c[who].mean(), 0.0) for c in columns]).reshape(
        len(columns), len(level)
    ).T  # fmt: skip


def _placed(part: Array, base: Sequence[str], matrix: pd.DataFrame) -> Array:
    whole = np.zeros(matrix.shape)
    whole[:, matrix.columns.get_indexer(list(base))] = part
    return whole


def _only(columns: Sequence[str], matrix: pd.DataFrame) -> Array:
    return np.where(matrix.columns.isin(list(columns)), matrix.to_numpy(float), 0.0)


def _quadratic(part: Array) -> Array:
    """K with b'K b the variance (over n) of the fitted values `part` @ b."""
    centred = part - part.mean(axis=0)
    return np.asarray(centred.T @ centred / len(part))


def order_of(parts: Mapping[str, Array]) -> list[str]:
    """Names of the sources as columns: patient, cells, composition, covariates, rest."""
    covariates = [name for name in parts if name.startswith(COVARIATE)]
    return ["patient", *CELLS, COMPOSITION, *covariates, "rest"]
