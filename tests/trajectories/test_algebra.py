"""What exchanging, shifting and splitting the work may and may not change."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from options import options_of
from paired_trial import BOUNDS, DESIGN, LIMMA, OPTIONS, simulate
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.limma.joint import normal_fit
from revertome.trajectories import run
from revertome.trajectories.class_rules import CONTRASTS
from revertome.trajectories.plane import Plane, class_p

TESTS = Path(__file__).parents[1]
THREADS = """
import hashlib, sys
sys.path[:0] = {paths!r}
import numpy as np
from options import options_of
from paired_trial import DESIGN, OPTIONS, simulate
from revertome.trajectories import run
rng = np.random.default_rng(7)
disease = np.repeat([2.5, 0.0], [100, 500])
data = simulate(disease, -disease, rng)
options = OPTIONS | {{"bootstrap": 16, "permutations": 4}}
for engine in ("limma", "mixed"):
    found = run(*data, options_of(engine, DESIGN, trend=True), options)
    for table in (found.genes, found.summary, found.sensitivity, found.statements):
        print(hashlib.sha256(table.to_csv().encode()).hexdigest())
"""


def test_adding_a_constant_to_each_gene_changes_nothing():
    rng = np.random.default_rng(11)
    disease = np.repeat([2.5, 3.0, 0.0, 0.0], [60, 50, 50, 340])
    change = np.repeat([-2.5, 0.0, 2.5, 0.0], [60, 50, 50, 340])
    expression, labels = simulate(disease, change, rng)
    plain = run(expression, labels, LIMMA, OPTIONS)
    shifted = expression[expression.obs.index]
    shifted.X = expression.X + rng.normal(0, 3, 500)
    other = run(shifted, labels, LIMMA, OPTIONS)
    pd.testing.assert_frame_equal(plain.genes, other.genes, rtol=1e-7, atol=1e-10)
    pd.testing.assert_frame_equal(plain.sensitivity, other.sensitivity)
    assert plain.sets == other.sets


def test_exchanging_the_labels_of_disease_and_healthy():
    """Cells healthy h, before b, after a: d = b - h, t = a - b; with h and b exchanged d' = -d
    and t' = a - h = d + t, so f' = -t'/d' = 1 - f: half way stays half way, full recovery
    becomes no change, and a gene without disease keeps its change.
    """
    rng = np.random.default_rng(5)
    data = simulate(rng.normal(size=30), rng.normal(size=30), rng, 12, 0, 12)
    expression, labels = data

    def effects(obs):
        model = random_model(obs, labels, DESIGN, CONTRASTS)
        return normal_fit(expression.X, model).fit, model

    fit, model = effects(expression.obs)
    swapped, other = expression.X.copy(), expression.X
    swapped[:12], swapped[24:] = other[24:], other[:12]
    again = normal_fit(swapped, model).fit

    def estimate(found, name):
        return found.coefficients @ model.contrasts[name].to_numpy()

    d, t = estimate(fit, "disease"), estimate(fit, "change_all")
    np.testing.assert_allclose(estimate(again, "disease"), -d, atol=1e-12)
    np.testing.assert_allclose(estimate(again, "change_all"), d + t, atol=1e-12)


def test_p_values_under_exchanged_labels():
    """The same exchange of a plane: the edge at half recovery is seen from its other side, its
    p becomes 1 - p; the p of d stays; reverted and persistent trade places.
    """
    rng = np.random.default_rng(6)
    d, t = rng.normal(0, 2, (2, 200))
    v, w, c = 0.09, 0.07, -0.03
    one = np.ones(200)
    plane = Plane(d, t, v * one, w * one, c * one, 25.0)
    other = Plane(-d, d + t, v * one, (v + w + 2 * c) * one, -(v + c) * one, 25.0)
    np.testing.assert_allclose(plane.two_sided(1, 0), other.two_sided(1, 0), rtol=1e-10)
    half = plane.upper(0.5, 1, -np.sign(d))
    np.testing.assert_allclose(other.upper(0.5, 1, -np.sign(-d)), 1 - half, atol=1e-12)
    np.testing.assert_allclose(other.two_sided(0, 1), plane.two_sided(1, 1), rtol=1e-10)
    full, none = Plane(*(np.array([x]) for x in (4, -4, v, w, c)), 25.0), BOUNDS
    back = Plane(*(np.array([x]) for x in (-4, 0, v, v + w + 2 * c, -(v + c))), 25.0)
    assert class_p(full, "reverted", none)[0] < 1e-4 < class_p(full, "persistent", none)[0]
    assert class_p(back, "persistent", none)[0] < 1e-4 < class_p(back, "reverted", none)[0]


def test_the_number_of_threads_changes_no_byte():
    script = THREADS.format(paths=[str(TESTS), str(TESTS.parent / "scripts")])
    digests = []
    for threads in ("1", "2"):
        pools = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        done = subprocess.run(
            [sys.executable, "-c", script], env=os.environ | pools, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        digests.append([line for line in done.stdout.splitlines() if len(line) == 64])
    assert len(digests[0]) == 8
    assert digests[0] == digests[1]


def test_random_blocking_is_asked_for_and_missed_in_words():
    expression, labels = simulate(np.zeros(20), np.zeros(20), np.random.default_rng(1))
    with pytest.raises(StudyError, match=r"fixed cannot hold healthy.*aliased; use.*random"):
        run(expression, labels, options_of("limma", DESIGN, trend=False, blocking="fixed"), OPTIONS)
    single = expression[expression.obs.index[expression.obs["visit"].ne("after")]]
    with pytest.raises(StudyError, match="random blocking needs pairs"):
        run(single, labels, LIMMA, OPTIONS)
