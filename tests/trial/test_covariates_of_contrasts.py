"""Covariates that move with the visit, the label or the disease: told, said, and counted."""

import warnings

import numpy as np
import pandas as pd
import pytest

from options import options_of
from paired_trial import DESIGN, OPTIONS, Expression, simulate
from revertome.differential.engines import engine_names, get_engine
from revertome.differential.run import run
from revertome.errors import StudyError
from revertome.intake.design import check_design
from revertome.trajectories import run as trajectories

WITHIN = ["change_responders", "change_nonresponders", "change_all", "interaction"]
EVERY = ["disease", "baseline", *WITHIN, "residual_responders"]
ENGINES = engine_names()
GENES = 60
RESPONDERS, OTHERS, HEALTHY = 6, 5, 8
SHIFT = np.where(np.arange(GENES) % 2, 1.0, -1.0) * 3.0
LOT = np.linspace(-1.0, 2.0, RESPONDERS + OTHERS)


def trial(seed=1):
    """No effect at all: 6 responders, 5 non-responders, 8 healthy people."""
    none = np.zeros(GENES)
    return simulate(none, none, np.random.default_rng(seed), RESPONDERS, OTHERS, HEALTHY)


def study(of, shift=SHIFT, seed=1):
    """The trial with a covariate of each sample, `of(obs)`, whose effect is in the values."""
    expression, labels = trial(seed)
    obs = expression.obs.copy()
    obs["after"] = obs["visit"].eq("after")
    obs["responder"] = obs["patient"].map(labels.set_index("patient")["label"]).eq("responder")
    obs["healthy"] = obs["group"].eq("healthy")
    obs["number"] = obs["patient"].str[1:].astype(int)
    found = of(obs)
    columns = found if isinstance(found, dict) else {"batch": found}
    obs = obs.assign(**columns)
    size = sum(
        values.astype(float) if values.dtype != object else pd.factorize(values, sort=True)[0]
        for values in (pd.Series(v, obs.index) for v in columns.values())
    )
    values = expression.X + np.outer(np.asarray(size, float), shift)
    made = Expression(values, obs, expression.var_names)
    counts = np.random.default_rng(seed).poisson(2.0 ** np.clip(values, 0, 14) + 8)
    made.layers = {"counts": counts}
    made.obs["library_size"], made.obs["norm_factor"] = counts.sum(axis=1).astype(float), 1.0
    return Counted(made), labels, list(columns)


class Counted(Expression):
    """With counts, which follow the samples."""

    def __init__(self, made):
        super().__init__(made.X, made.obs, made.var_names)
        self.layers = made.layers

    def __getitem__(self, samples):
        at = self.obs.index.get_indexer(samples)
        part = super().__getitem__(samples)
        part.layers = {name: layer[at] for name, layer in self.layers.items()}
        return Counted(part)


def runs(of, engine="limma", names=None, shift=SHIFT, **options):
    """Tables and design report, and the warnings."""
    expression, labels, covariates = study(of, shift)
    chosen = options_of(engine, DESIGN | {"covariates": covariates}, **options)
    only = get_engine(engine).BLOCKINGS == ("fixed",) or options.get("blocking") == "fixed"
    asked = names or (WITHIN if only else EVERY)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        found = run(expression, labels, chosen, asked)
    return found, [str(each.message) for each in heard]


def without_covariates(of, engine, names):
    """Tables of the same samples by a model without the covariate.

    Sixty genes with Poisson counts have no trend of dispersion, of which deseq2 warns.
    """
    expression, labels, _ = study(of)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="deseq2: no trend")
        return run(expression, labels, options_of(engine, DESIGN), names).tables


def level(where):
    return np.where(where, "run2", "run1").astype(object)


def own(obs):
    """A number that patients keep."""
    return obs["number"] * 1.7 + obs["healthy"]


MOVES = {
    "run": lambda obs: level(obs["after"] | (obs["healthy"] & obs["number"].mod(2).eq(0))),
    "run, healthy in one": lambda obs: level(obs["after"]),
    "kit of three": lambda obs: np.where(
        obs["after"], "C", np.where(obs["number"].mod(2), "A", "B")
    ).astype(object),
    "storage in days": lambda obs: own(obs) - 365.0 * obs["after"],
    "date as text": lambda obs: pd.Series("2019-0" + (1 + own(obs).astype(int)).astype(str)).where(
        ~obs["after"], "2020-01-" + obs["number"].astype(str)
    ).astype(object),
    "copy of the visit": lambda obs: obs["visit"].fillna("none").astype(object).to_numpy(),
    "two that are one": lambda obs: {
        "kit": 1.0 * (obs["after"] & obs["number"].mod(2).eq(0)),
        "lot": 1.0 * (obs["after"] & obs["number"].mod(2).eq(1)),
    },
}  # fmt: skip


@pytest.mark.parametrize("blocking", ["auto", "fixed", "random"])
@pytest.mark.parametrize("engine", engine_names())
@pytest.mark.parametrize("kind", MOVES)
def test_what_moves_with_the_visit_stops_every_engine(kind, engine, blocking):
    with pytest.raises(StudyError) as raised:
        runs(MOVES[kind], engine, WITHIN, blocking=blocking)
    message = str(raised.value)
    assert "cannot be told apart from the change from before to after (change_all): " in message
    found = {
        "kit of three": "batch goes from B to C in 6 of 11 patients (P00, P02, P04, P06, P08 and 1 "
        "more), from A to C in 5 of 11",
        "date as text": "8 further ways (it is text with ",
        "two that are one": "lot goes nowhere in 6 of 11 patients (P00, P02, P04, P06, P08 and 1",
    }
    assert found.get(kind, "in 11 of 11 patients (P00, P01, P02, P03, P04 and 6 more)") in message
    assert "again so that" in message and "out of design.covariates" in message


@pytest.mark.parametrize("kind", MOVES)
def test_it_is_met_at_the_door_and_by_trajectories(kind):
    expression, labels, covariates = study(MOVES[kind])
    design = DESIGN | {"covariates": covariates}
    with pytest.raises(StudyError, match=r"^sheet\.tsv: covariates? .* cannot be told apart"):
        check_design(expression.obs, design, "sheet.tsv")
    with pytest.raises(StudyError, match="cannot be told apart from the change"):
        trajectories(expression, labels, options_of("limma", design), OPTIONS)
    with pytest.raises(StudyError, match=r"^trajectories\.sensitivity: covariates? .* "
                       r"out of trajectories\.sensitivity"):  # fmt: skip
        asked = OPTIONS | {"sensitivity": covariates[-1:]}
        first = options_of("limma", DESIGN | {"covariates": covariates[:-1]})
        trajectories(expression, labels, first, asked)


def test_the_message_says_what_was_found():
    with pytest.raises(StudyError) as raised:
        runs(MOVES["storage in days"])
    assert str(raised.value) == (
        "design: covariate batch cannot be told apart from the change from before to after "
        "(change_all): batch goes by -365 in 11 of 11 patients (P00, P01, P02, P03, P04 and 6 "
        "more). Measure some of these patients again so that batch is the same at both visits, or "
        "take batch out of design.covariates, knowing that the change then holds its effect as well"
    )


def test_two_covariates_that_hide_a_change_each_are_both_named():
    """To take one out would not help; two that hide it together are named together."""
    for twice in (MOVES["run"], MOVES["run, healthy in one"]):
        with pytest.raises(StudyError, match="take batch or kit out of"):
            runs(lambda obs, of=twice: {"batch": of(obs), "age": own(obs), "kit": of(obs)})
    with pytest.raises(StudyError, match="covariates kit and lot together cannot be told"):
        runs(MOVES["two that are one"])


@pytest.mark.parametrize("engine", engine_names())
@pytest.mark.parametrize("group", ["responder", "nonresponder"])
def test_a_batch_that_moved_in_one_group_stops_that_change(group, engine):
    """The other patients, who did not move, say nothing of what the batch does to a change."""

    def moved(obs):
        return level(obs["after"] & obs["responder"].eq(group == "responder"))

    words = {"responder": "in responders (change_responders)",
             "nonresponder": "in non-responders (change_nonresponders)"}[group]  # fmt: skip
    n = {"responder": RESPONDERS, "nonresponder": OTHERS}[group]
    with pytest.raises(StudyError) as raised:
        runs(moved, engine, WITHIN)
    assert words in str(raised.value)
    assert f"batch goes from run1 to run2 in {n} of {n} patients" in str(raised.value)
    # Without labels the door cannot know.
    expression, _, covariates = study(moved)
    check_design(expression.obs, DESIGN | {"covariates": covariates}, "sheet")


KEPT = {
    "sex": lambda obs: np.where(obs["number"].mod(3), "female", "male").astype(object),
    "site that never moves": lambda obs: np.where(obs["number"].lt(4), "a", "b").astype(object),
    "age at entry": own,
    "run of the responders": lambda obs: level(
        obs["responder"] | (obs["healthy"] & obs["number"].mod(2).eq(0))
    ),
}


@pytest.mark.parametrize(
    ("kind", "engine"),
    [(kind, engine) for kind in KEPT for engine in ENGINES],
)
def test_what_a_patient_keeps_does_no_harm(kind, engine):
    """Changes are those without the covariate, and are said to need no adjustment."""
    found, heard = runs(KEPT[kind], engine)
    design = found.design.set_index("contrast")
    assert not [each for each in heard if "tell it apart" in each]
    assert set(design["confounded"]) == {"none"}
    fixed = design["blocking"].eq("fixed")
    assert set(design.loc[fixed, "absorbed"]) <= {"batch"}
    assert set(design.loc[fixed, "covariates"]) <= {"none"}
    assert set(design.loc[~fixed, "covariates"]) <= {"batch"}
    assert design["formula"].str.contains("batch").eq(~fixed).all()
    if fixed.any():
        plain = without_covariates(KEPT[kind], engine, WITHIN)
        for name in WITHIN:
            pd.testing.assert_frame_equal(found.tables[name], plain[name])


def by_least_squares(expression, labels, covariate, contrast):
    """lm(change ~ 0 + label + change of the covariate), the contrast of its labels."""
    obs = expression.obs.assign(row=np.arange(len(expression.obs)))
    wide = obs[~obs["healthy"]].pivot_table(index="patient", columns="visit", values="row")
    before, after = wide["before"].astype(int), wide["after"].astype(int)
    label = labels.set_index("patient")["label"].loc[wide.index]
    x = pd.get_dummies(label, dtype=float).assign(shift=covariate[after] - covariate[before])
    beta = np.linalg.lstsq(x.to_numpy(), expression.X[after] - expression.X[before], rcond=None)[0]
    share = label.value_counts(normalize=True)
    factor = {
        "change_responders": {"responder": 1.0},
        "change_nonresponders": {"nonresponder": 1.0},
        "change_all": share.to_dict(),
        "interaction": {"responder": 1.0, "nonresponder": -1.0},
    }[contrast]
    return sum(w * beta[list(x).index(name)] for name, w in factor.items())


PARTLY = {
    "two thirds moved": lambda obs: level(obs["after"] & obs["number"].mod(3).gt(0)),
    "some moved back": lambda obs: level(obs["after"].ne(obs["number"].mod(3).eq(0))),
    "numbers": lambda obs: own(obs) + obs["after"] * LOT[obs["number"]],
}


@pytest.mark.parametrize("contrast", WITHIN)
@pytest.mark.parametrize("kind", PARTLY)
def test_partly_confounded_changes_are_those_of_least_squares(kind, contrast):
    """And a shift of the batch that is all there is gives no call in any table."""
    found, heard = runs(PARTLY[kind], trend=False)
    expression, labels, _ = study(PARTLY[kind])
    value = expression.obs["batch"]
    value = value if value.dtype != object else value.eq("run2")
    expected = by_least_squares(expression, labels, value.to_numpy(float), contrast)
    table = found.tables[contrast].set_index("gene").loc[expression.var_names]
    np.testing.assert_allclose(table["logFC"], expected, rtol=0, atol=1e-8)
    assert set(found.design["covariates"]) == {"batch"} and not heard
    calls = {name: int(table["adj.P.Val"].lt(0.05).sum()) for name, table in found.tables.items()}
    assert set(calls.values()) == {0}, calls


@pytest.mark.parametrize("engine", ENGINES)
def test_no_engine_calls_a_shift_that_is_the_batch(engine):
    found, _ = runs(PARTLY["some moved back"], engine, WITHIN)
    assert set(found.design["covariates"]) == {"batch"}
    assert max(table["adj.P.Val"].lt(0.05).sum() for table in found.tables.values()) == 0
    # Without the covariate the shift is called, in the same samples.
    plain = without_covariates(PARTLY["two thirds moved"], engine, ["change_all"])
    assert plain["change_all"]["adj.P.Val"].lt(0.05).sum() > GENES / 3


@pytest.mark.parametrize("blocking", ["auto", "random"])
def test_no_table_calls_a_shift_that_is_the_batch(blocking):
    """Trajectories and contrasts are adjusted alike."""
    expression, labels, covariates = study(PARTLY["some moved back"])
    options = options_of("limma", DESIGN | {"covariates": covariates}, blocking=blocking)
    classes = trajectories(expression, labels, options, OPTIONS)
    assert not classes.genes["class"].isin(["reverted", "induced"]).any()
    tables = run(expression, labels, options, EVERY).tables
    assert all(table["adj.P.Val"].gt(0.05).all() for table in tables.values())


@pytest.mark.parametrize(
    ("stayed", "engine"),
    [
        ([*people], each)
        for people in (["P00"], ["P00", "P03"], ["P00", "P03", "P04"])
        for each in ENGINES
    ],
)
def test_those_on_whom_a_change_rests_are_named(stayed, engine):
    """All moved but one, two or three responders; the interaction does not need them."""
    of, few = (lambda obs: level(obs["after"] & ~obs["patient"].isin(stayed))), len(stayed) < 3
    found, heard = runs(of, engine, WITHIN)
    expected = f"{', '.join(stayed)} (batch)" if few else "none"
    assert found.design["carried_by"].to_list() == [expected] * 3 + ["none"]
    told = [each for each in heard if "tell it apart" in each]
    assert told == few * [
        f"change_responders, change_nonresponders, change_all: only {len(stayed)} of the people "
        f"({', '.join(stayed)}) tell it apart from batch, which moves with it in all others; what "
        "is adjusted rests on them"
    ]


def test_a_number_that_nearly_moves_with_the_visit_is_told():
    """Stored for a year, give or take a day: what is left of the change is all but nothing."""
    days = np.array([0, 1, -1, 1, 0, -1, 0, 1, 0, -1, 1])
    found, heard = runs(lambda obs: own(obs) + obs["after"] * (365 + days[obs["number"] % 11]),
                        names=["change_all"], shift=SHIFT / 365)  # fmt: skip
    label = np.arange(11) < RESPONDERS
    x = np.column_stack([label, ~label, 365 + days]).astype(float)
    c = np.array([RESPONDERS, OTHERS, 0]) / 11
    expected = np.sqrt(c @ np.linalg.inv(x.T @ x) @ c * 11)
    assert heard == [
        "change_all: batch nearly moves with it, and its standard error is "
        f"{expected:.0f} times that without covariates"
    ]
    assert found.design["carried_by"].to_list() == ["none"]
    assert found.tables["change_all"]["adj.P.Val"].gt(0.05).all()


def test_few_who_moved_are_no_trouble():
    """Only the batch rests on them; so does a batch of one sample."""
    for of in (lambda obs: level(obs["after"] & obs["patient"].eq("P00")),
               lambda obs: level(obs.index == obs.index[3])):  # fmt: skip
        found, heard = runs(of)
        assert set(found.design["carried_by"]) == {"none"} and not heard


def test_healthy_people_in_a_batch_of_their_own():
    """The disease cannot be told; without healthy people the changes can."""

    def of(obs):
        moved = np.where(obs["after"] & obs["number"].mod(2).eq(0), "run2", "run1")
        return np.where(obs["healthy"], "run0", moved).astype(object)

    for engine in ("limma", "voom", "mixed"):
        with pytest.raises(StudyError) as raised:
            runs(of, engine)
        assert (
            "from the difference between patients at before and healthy people (disease): "
            "batch is run0 in healthy (H00, H01, H02, H03, H04 and 3 more)" in str(raised.value)
        )
        assert "design.healthy: null" in str(raised.value)
    expression, labels, _ = study(of)
    sick = expression[expression.obs.index[~expression.obs["healthy"]]]
    design = DESIGN | {"covariates": ["batch"], "healthy": None}
    found = run(sick, labels, options_of("limma", design), [*WITHIN, "baseline"])
    assert set(found.design["covariates"]) == {"batch"}


def test_groups_in_batches_of_their_own_leave_out_only_their_difference():
    """No healthy people: responders' run is not that of the others; changes do not mind."""
    expression, labels, _ = study(lambda obs: level(obs["responder"]))
    sick = expression[expression.obs.index[~expression.obs["healthy"]]]
    design = DESIGN | {"covariates": ["batch"], "healthy": None}
    for blocking in ("auto", "random"):
        found = run(sick, labels, options_of("limma", design, blocking=blocking),
                    [*WITHIN, "baseline"])  # fmt: skip
        rows = found.design.set_index("contrast")
        assert rows.loc["baseline", "confounded"] == "batch"
        assert (
            "at before (baseline): batch is run1 in nonresponder" in rows.loc["baseline", "dropped"]
        )
        assert found.tables["baseline"]["P.Value"].isna().all()
        assert found.tables["interaction"]["P.Value"].notna().all()
        assert set(rows.loc[WITHIN, "confounded"]) == {"none"}


def test_trajectories_stop_where_their_own_disease_contrast_is_hidden():
    """Responders' run is theirs alone; those of all patients together are not hidden."""

    def of(obs):
        own_run = np.where(obs["number"].mod(2).eq(0), "run1", "run3")
        return np.where(obs["responder"], "run2", own_run).astype(object)

    expression, labels, covariates = study(of)
    for name in ("responders", "all"):
        options = options_of("limma", DESIGN | {"covariates": covariates})
        with pytest.raises(StudyError) as raised:
            trajectories(expression, labels, options, OPTIONS | {"reverted_in": name})
        assert "batch cannot be told apart from the difference between" in str(raised.value)
        assert "run2 in responder.before (P00, P01, P02, P03, P04 and 1 more)" in str(raised.value)


def test_pairs_tell_a_change_or_nobody_does():
    """Patients seen once, in both batches, tell batch from visit, but not within patients."""
    expression, labels, _ = study(lambda obs: level(obs["after"]))
    obs = expression.obs.copy()
    once = obs["patient"].isin(["P00", "P06"]) & obs["visit"].eq("before")
    again = obs["patient"].isin(["P01", "P07"]) & obs["visit"].eq("after")
    obs.loc[obs["patient"].isin(["P00", "P06"]) & obs["after"], "batch"] = "run1"
    expression.obs = obs
    left = expression[obs.index[~(once | again)]]
    for engine in ("limma", "mixed"):
        for blocking in ("auto", "random"):
            options = options_of(engine, DESIGN | {"covariates": ["batch"]}, blocking=blocking)
            with pytest.raises(StudyError, match="run1 to run2 in 7 of 7 patients"):
                run(left, labels, options, WITHIN)


def test_samples_left_out_later_are_asked_again():
    """Of the four who did not move, quality takes all: the change is hidden from then on."""
    expression, labels, covariates = study(
        lambda obs: level(obs["after"] & ~obs["patient"].isin(["P00", "P01", "P06", "P07"]))
    )
    design = DESIGN | {"covariates": covariates}
    check_design(expression.obs, design, "sheet")
    assert set(run(expression, labels, options_of("limma", design), WITHIN).design["covariates"])
    gone = expression.obs["patient"].isin(["P00", "P01", "P06", "P07"])
    left = expression[expression.obs.index[~gone]]
    with pytest.raises(StudyError, match="7 of 7 patients"):
        run(left, labels, options_of("limma", design), WITHIN)
    chosen = options_of("limma", design, subset={"batch": ["run1"]})
    kept = expression.obs["patient"].isin(["P00", "P01", "P06", "P07"])
    same = expression[expression.obs.index[kept | expression.obs["healthy"]]]
    found = run(same, labels, chosen, WITHIN)  # one batch only: nothing to adjust for
    assert set(found.design["covariates"]) == {"none"} and "batch" not in found.design["formula"][0]


def test_the_door_names_what_is_no_covariate_and_levels_of_one_sample():
    expression, _, _ = study(lambda obs: level(obs["number"].mod(2).eq(0)))
    for name in ("visit", "patient", "group"):
        with pytest.raises(StudyError, match=f"design.covariates: '{name}' is no covariate"):
            check_design(expression.obs, DESIGN | {"covariates": [name]}, "sheet")
    obs = expression.obs
    obs.loc[obs.index[2], "batch"] = "run9"
    with pytest.warns(UserWarning, match=f"levels with one sample.*: '{obs.index[2]}'"):
        check_design(obs, DESIGN | {"covariates": ["batch"]}, "sheet")
    obs.loc[obs.index[4], "batch"] = None
    with pytest.raises(StudyError, match=f"'batch' is missing in 1 samples: '{obs.index[4]}'"):
        check_design(obs, DESIGN | {"covariates": ["batch"]}, "sheet")
    # What follows the visit is said to, not asked for in healthy people.
    obs["timepoint"] = obs["visit"].map({"before": "V1", "after": "V2"})
    with pytest.raises(StudyError, match="timepoint goes from V1 to V2 in 11 of 11"):
        check_design(obs, DESIGN | {"covariates": ["timepoint"]}, "sheet")


def test_custom_contrasts_and_variables():
    """A sum is hidden with its terms; a variable is hidden by a covariate that follows it."""
    expression, labels, _ = study(lambda obs: {
        "dose": 1.0 * (obs["after"] & obs["number"].mod(2).eq(0)),
        "batch": level(obs["after"] & obs["number"].mod(2).eq(0)),
    })  # fmt: skip
    for covariates in (["dose", "batch"], ["batch", "dose"], ["batch"]):
        options = options_of("limma", DESIGN | {"covariates": covariates})
        found = run(expression, labels, options, ["change_with_dose", "change_all"])
        rows = found.design.set_index("contrast")
        assert found.tables["change_with_dose"]["P.Value"].isna().all()
        assert "dose: confounded with batch=run2" in rows.loc["change_with_dose", "dropped"]
        assert found.tables["change_all"]["P.Value"].notna().all()
    sick = expression[expression.obs.index[~expression.obs["healthy"]]]
    sick.obs = sick.obs.assign(site=level(sick.obs["responder"]))
    design = DESIGN | {"covariates": ["site"], "healthy": None}
    options = options_of("limma", design, custom={"half": "change_all + 0.5 * baseline"})
    row = run(sick, labels, options, ["half"]).design.iloc[0]
    assert row["confounded"] == "site" and "(baseline): site is run1 in" in row["dropped"]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_engine_tests_without_residual_degrees_of_freedom(engine):
    """Three pairs with two labels and a covariate have as many coefficients as samples."""
    expression, labels, _ = study(own)
    kept = expression[expression.obs.index[expression.obs["patient"].isin(["P00", "P01", "P06"])]]
    kept.obs = kept.obs.assign(lot=np.arange(6.0) ** 2)
    chosen = options_of(engine, DESIGN | {"covariates": ["lot"]})
    few = "6 samples leave no residual degrees of freedom for 6|too few samples beyond the design"
    with pytest.raises(StudyError, match=few):
        run(kept, labels, chosen, ["change_all"])
