"""Works on gene sets: 5,000 sets of 10 to 199 genes tested in the paired contrast."""

import numpy as np
import pandas as pd

NUMBER = 5000


def sets(n_genes):
    """Places of the genes of each set, counted around; R's side draws the same."""
    sizes = 10 + 37 * np.arange(NUMBER) % 190
    return [(61 * m + 397 * np.arange(size)) % n_genes for m, size in enumerate(sizes)]


def tests(x, weights=None):
    """Fit of the pairs with its effects, and both tests of all sets."""
    from revertome.limma.effects import effects_of
    from revertome.limma.fit import lm_fit
    from revertome.limma.joint import Joint, moderated_joint
    from revertome.modules.sets import gene_scale, set_numbers
    from revertome.statistics.set_tests import members
    from revertome.trial import Model

    n, n_genes = x.shape
    patient = np.arange(n) // 2
    design = pd.DataFrame(np.equal.outer(patient, np.unique(patient)).astype(float))
    design = design.rename(columns=str).assign(visit=np.arange(n) % 2.0)
    model = Model(pd.DataFrame(index=range(n)), design, None, {"v": pd.Series({"visit": 1.0})})

    def run():
        fit = lm_fit(x, design, weights=weights)
        fitted = moderated_joint(Joint(fit, x, weights, np.nan), model, trend=False)
        effects = effects_of(fitted, "v")
        found = set_numbers(effects, gene_scale(effects), members(sets(n_genes), n_genes))
        return found["P.rotation"].sum() + found["P.camera"].sum()

    return run


def weighted(x):
    s, g = np.arange(len(x))[:, None], np.arange(x.shape[1])
    return tests(x, 0.5 + (17 * g + 29 * s) % 31 / 20)


WORKS = {"set_tests": tests, "set_tests_weights": weighted}
