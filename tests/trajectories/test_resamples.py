"""Resamples divided among jobs: the bytes of one job, and draws as random as one stream's."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from scipy import stats

from disk import read_table, write_table
from options import options_of
from paired_trial import DESIGN, LIMMA, OPTIONS, simulate
from revertome.errors import StudyError
from revertome.resample_batches import BATCH, share, useful_jobs
from revertome.trajectories import Resamples, Spread, resample, run
from revertome.trajectories.chance import _transform
from revertome.trajectories.draws import Kind, generator
from revertome.trajectories.stability import _drawn
from workers import each

DRAWS = OPTIONS | {"bootstrap": 50, "permutations": 9}
BATCHES = DESIGN | {"covariates": ["batch"]}
HOW = {
    "limma": (options_of("limma", DESIGN, robust=True), DRAWS),
    "sample weights": (options_of("limma", DESIGN, trend=False, weights="array"), DRAWS),
    "two batches": (options_of("limma", BATCHES, trend=False), DRAWS),
    "thresholds": (LIMMA, DRAWS | {"rule": "thresholds"}),
    "voom": (options_of("voom", DESIGN, trend=False), DRAWS),
    "mixed": (options_of("mixed", DESIGN, trend=False), DRAWS),
}


@pytest.fixture(scope="module")
def trial():
    """Genes of several classes, some of them unsure, and a batch that many resamples lose."""
    rng = np.random.default_rng(12)
    disease = np.repeat([2.5, 2.0, 2.5, 0.0, 0.0], [30, 30, 20, 30, 140])
    change = disease * np.repeat([-1.0, -0.6, 0.0, 0.0, 0.0], [30, 30, 20, 30, 140])
    change[80:110] = 2.0
    made, labels = simulate(disease, change, rng, responders=9, nonresponders=5, healthy=8)
    rare = made.obs["patient"].isin(["P00", "P09"])
    obs = made.obs.assign(batch=np.where(rare, "second", "first"), norm_factor=1.0)
    counts = rng.poisson(2.0**made.X).astype(float)
    obs["library_size"] = counts.sum(axis=1)
    var = pd.DataFrame(index=made.var_names)
    return AnnData(made.X, obs=obs, var=var, layers={"counts": counts}), labels


def through_files(drawn, folder):
    """A share as the next job reads it."""
    tables = []
    for table in (drawn.kept, drawn.chance):
        write_table(table, folder / "share.tsv")
        tables.append(read_table(folder / "share.tsv"))
    return Resamples(*tables)


def tables(found):
    """Bytes of all that a run gives."""
    given = (found.genes, found.summary, found.sensitivity, found.statements)
    return [table.to_csv(sep="\t", index=False, na_rep="NA") for table in given]


def shares_of(trial, asked, parts, folder=None):
    made = [resample(*trial, *asked, part=part, parts=parts) for part in range(1, parts + 1)]
    return [through_files(drawn, folder) for drawn in made] if folder else made


@pytest.mark.parametrize("how", HOW)
def test_shares_give_the_bytes_of_one_job(how, trial, tmp_path):
    """Four batches of resamples in three shares, and in more shares than there are batches."""
    asked = HOW[how]
    whole = run(*trial, *asked)
    stable = whole.genes["stability"]
    assert set(stable.mul(50).round(9) % 1) == {0}
    assert ((stable > 0) & (stable < 1)).sum() > 20
    assert tables(run(*trial, *asked, spread=Spread(each, 3))) == tables(whole)
    for parts in (3, 7):
        shares = shares_of(trial, asked, parts, tmp_path)
        assert tables(run(*trial, *asked, parts=shares)) == tables(whole), parts


def test_without_resamples_shares_say_nothing(trial):
    asked = (LIMMA, OPTIONS)
    found = run(*trial, *asked, parts=shares_of(trial, asked, 2))
    assert found.genes["stability"].isna().all()
    assert found.summary["expected_by_chance"].isna().all()
    assert tables(found) == tables(run(*trial, *asked))


@pytest.mark.parametrize("draws", [0, 1, 15, 16, 17, 200, 1000])
@pytest.mark.parametrize("parts", [1, 2, 3, 7, 80])
@pytest.mark.parametrize("batch", [1, BATCH])
def test_shares_are_of_whole_batches_and_leave_none_out(draws, parts, batch):
    shares = [share(draws, part, parts, batch) for part in range(1, parts + 1)]
    assert [number for each in shares for number in each] == list(range(draws))
    assert all(each.start % batch == 0 or each.start == draws for each in shares)
    batches = [-(-len(each) // batch) for each in shares]
    assert max(batches) - min(batches) <= 1


def test_no_more_jobs_than_have_something_to_draw():
    assert useful_jobs(4, 1000, 200) == 4
    assert useful_jobs(4, 40, 0) == 3
    assert useful_jobs(4, 0, 2) == 2
    assert useful_jobs(4, 16, 0) == useful_jobs(4, 0, 0) == useful_jobs(1, 1000, 200) == 1


@pytest.fixture(scope="module")
def three(trial):
    """The shares of three jobs."""
    return shares_of(trial, HOW["limma"], 3)


def spoilt(share, **columns):
    """A share with other values in the columns of its first table."""
    return replace(share, kept=share.kept.assign(**columns))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda s: replace(s, kept=s.kept[:-3]), "holds 247 genes where the study has 250"),
        (lambda s: spoilt(s, gene=np.roll(s.kept["gene"], 1)),
         "has gene g00249 where the study has g00000"),
        (lambda s: spoilt(s, **{"class": "partial"}),
         r"has class partial where the study has \w+"),
        (lambda s: spoilt(s, first=0), "does not hold the 16 resamples from number 16 on"),
        (lambda s: spoilt(s, kept=s.kept["kept"].where(s.kept.index < 249)),
         "does not hold the 16 resamples from number 16 on"),
        (lambda s: replace(s, chance=s.chance[1:]), "does not hold the 3 permutations from 3 on"),
        (lambda s: replace(s, chance=s.chance.assign(reverted=s.chance["reverted"] + 1)),
         "does not hold the 3 permutations from 3 on"),
        (lambda s: replace(s, kept=s.chance), "has not the columns gene, class, first"),
    ],
)  # fmt: skip
def test_a_share_cut_short_or_of_another_study_is_refused(spoil, words, trial, three):
    first, second, third = three
    message = rf"^trajectories: part 2 of 3 of the resamples {words}.*; .*--forcerun resamples$"
    with pytest.raises(StudyError, match=message) as refused:
        run(*trial, *HOW["limma"], parts=[first, spoil(second), third])
    assert "\n" not in str(refused.value)


def test_a_share_of_another_seed_is_another_draw(trial):
    """The stream is that of the seed, and no number's draws are another's."""
    asked = HOW["limma"]
    one, two, again = (
        resample(*trial, asked[0], DRAWS | {"seed": seed}, part=1, parts=1) for seed in (1, 2, 1)
    )
    assert (one.kept["kept"] == again.kept["kept"]).all()
    assert (one.kept["kept"] != two.kept["kept"]).sum() > 20


def drawn_patients(numbers, patients=20):
    """Counts (draws, patients) of one stratum, every draw of full rank."""
    sums = SimpleNamespace(patients=range(patients), full_rank=lambda counts: True)
    members = [np.arange(patients)]
    return np.array([_drawn(members, sums, 3, number) for number in numbers])


def test_counts_of_numbered_draws_are_multinomial():
    """Multinomial(n; 1/n): mean 1, variance 1 - 1/n, covariance -1/n, and a patient is left out
    with chance (1 - 1/n)^n; draws of neighbouring numbers are uncorrelated. All in four
    standard errors of 4,000 draws.
    """
    n, draws = 20, 4000
    counts = drawn_patients(range(draws), n)
    assert (counts.sum(axis=1) == n).all()
    variance = 1 - 1 / n
    assert np.abs(counts.mean(axis=0) - 1).max() < 4 * np.sqrt(variance / draws)
    covariance = np.cov(counts.T)
    error = 4 / np.sqrt(draws)
    fourth = stats.binom(n, 1 / n).expect(lambda k: (k - 1) ** 4)
    assert np.abs(np.diag(covariance) - variance).max() < error * np.sqrt(fourth - variance**2)
    apart = covariance[~np.eye(n, dtype=bool)]
    assert np.abs(apart + 1 / n).max() < error * variance
    left_out, chance = (counts == 0).mean(), (1 - 1 / n) ** n
    assert abs(left_out - chance) < 4 * np.sqrt(chance * (1 - chance) / (n * draws))
    centred = counts - 1
    neighbours = (centred[1:] * centred[:-1]).sum(axis=1) / (n * variance)
    assert abs(neighbours.mean()) < error * neighbours.std()


def test_numbered_permutations_are_uniform():
    """The 24 orders of four subjects are equally likely, whatever came before; so is an exchange
    of visits.
    """
    first, none = np.arange(4), np.full(4, -1)
    orders = []
    for number in range(2400):
        moved, _ = _transform(4, first, none, generator(3, Kind.PERMUTATION, number))
        orders.append(tuple(moved.toarray().argmax(axis=1)))
    seen = Counter(orders)
    assert len(seen) == 24
    assert stats.chisquare(list(seen.values())).pvalue > 0.01
    after = Counter((a[0], b[0]) for a, b in pairwise(orders))
    assert stats.chi2_contingency([[after[i, j] for j in range(4)] for i in range(4)]).pvalue > 0.01
    swaps = [
        _transform(2, np.array([0]), np.array([1]), generator(3, Kind.PERMUTATION, n))[0][0, 1]
        for n in range(2000)
    ]
    assert abs(np.mean(swaps) - 0.5) < 4 * np.sqrt(0.25 / 2000)


def test_every_draw_has_a_stream_of_its_own():
    first = [
        generator(seed, kind, number).random()
        for seed in (0, 1)
        for kind in Kind
        for number in range(500)
    ]
    assert len(set(first)) == 2 * len(Kind) * 500
    assert stats.kstest(first, "uniform").pvalue > 0.01
    assert generator(1, Kind.RESAMPLE, 7).random() == first[len(Kind) * 500 + 7]
