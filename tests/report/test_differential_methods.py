"""The methods say what was fitted: every engine and option on a tiny study, words by numbers."""

import re
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import small_study
from disk import read_table, write_table
from options import options_of, section
from paired_trial import DESIGN, simulate
from revertome.differential.engines import engine_names, get_engine
from revertome.differential.names import WITHIN_PATIENT
from revertome.differential.run import run
from revertome.naming import contrast
from revertome.report import methods
from revertome.report.differential_methods import differential_methods

CONTRASTS = ["disease", "change_responders", "change_all"]
OPTIONS = {"trend": True, "robust": True, "weights": "array", "lfc": 0.4}  # each switched on
OFF = {"trend": False, "robust": False, "weights": "none", "lfc": 0.0}
WORDS = {
    "trend": "prior variance followed the mean expression",
    "robust": "prior variance was fitted robustly",
    "weights": "array weights",
    "lfc": "treat; McCarthy and Smyth 2009",
}
CITED = {
    "robust": "Phipson B",
    "weights": r"Empirical array quality weights|Why weight\?",
    "lfc": "McCarthy DJ",
}
BLOCKINGS = ("auto", "fixed", "random")


def tried(engine, blocking, chosen):
    """Whether a setting is asked for: each that can differ from the others.

    `auto` fits what the other two blockings do: no option, each alone, and all at once; deseq2 has
    no other blocking.
    """
    few = sum(chosen) in (0, 1, len(OPTIONS))
    return few if blocking == "auto" else engine != "deseq2"


SETTINGS = [
    pytest.param(*setting, id="-".join((*setting[:2], "".join("-+"[each] for each in setting[2]))))
    for setting in product(engine_names(), BLOCKINGS, product((False, True), repeat=len(OPTIONS)))
    if tried(*setting)
]


@cache
def trial():
    """40 genes of unequal variance; 5 responders, 3 others, 6 healthy; log2 values and counts."""
    rng = np.random.default_rng(7)
    made, labels = simulate(np.zeros(40), np.zeros(40), rng, 5, 3, 6)
    size = np.r_[np.full(5, 3.0), np.ones(35)] * np.sqrt(4 / rng.chisquare(4, 40))
    made.X = np.linspace(5, 11, 40) + (made.X - 8) * size * np.linspace(1.2, 0.4, 40)
    counts = rng.poisson(2.0**made.X).astype(float)
    patients = made.obs["patient"]
    obs = made.obs.assign(
        library_size=counts.sum(axis=1),
        norm_factor=1.0,
        sex=np.where(patients.isin(patients[::2]), "female", "male"),
        batch=rng.choice(["first", "second"], len(patients)),
    )
    return AnnData(
        made.X, obs, pd.DataFrame(index=made.var_names), layers={"counts": counts}
    ), labels


def fitted(engine, blocking, *chosen):
    """Result of an engine with the options of `OPTIONS` that are chosen.

    A fit of deseq2 takes seconds: of its settings only two are run, which differ in all things.
    """
    if engine == "deseq2":
        chosen = (any(chosen),) * len(OPTIONS)
        blocking = "random" if chosen[0] else "auto"
    return _fitted(engine, blocking, chosen)


@cache
def _fitted(engine, blocking, chosen):
    asked = {name: (OPTIONS if on else OFF)[name] for name, on in zip(OPTIONS, chosen, strict=True)}
    possible = get_engine(engine).BLOCKINGS
    only_fixed = possible == ("fixed",) or (blocking == "fixed" and "fixed" in possible)
    names = [name for name in CONTRASTS if name in WITHIN_PATIENT or not only_fixed]
    return run(*trial(), options_of(engine, DESIGN, blocking=blocking, **asked), names)


def worded(models, folder, config=small_study.CONFIG):
    """Methods and references from the design report as the report reads it."""
    write_table(models, folder / "design.tsv")
    models = read_table(folder / "design.tsv")
    sentences = differential_methods(models, config["design"]["covariates"])
    text = " ".join(sentence.text for sentence in sentences)
    assert text in methods.paragraph(config, models, {})[0]
    return text, methods.references(config, models)


def same(one, other):
    return all(one.tables[name].equals(other.tables[name]) for name in one.tables)


@pytest.mark.parametrize(("engine", "blocking", "chosen"), SETTINGS)
def test_options_are_named_if_the_numbers_depend_on_them(engine, blocking, chosen, tmp_path):
    found = fitted(engine, blocking, *chosen)
    text, cited = worded(found.design, tmp_path)
    for place, (name, words) in enumerate(WORDS.items()):
        without = (*chosen[:place], False, *chosen[place + 1 :])
        matters = chosen[place] and not same(found, fitted(engine, blocking, *without))
        assert (words in text) == matters, name
        if name in CITED:
            assert bool(re.search(CITED[name], "\n".join(cited))) == matters, name
    if found.design["lfc"].iloc[0] > 0:
        assert "absolute log2 fold change of at most 0.4 " in text


@pytest.mark.parametrize("blocking", BLOCKINGS)
@pytest.mark.parametrize("engine", engine_names())
def test_patients_are_worded_as_they_were_fitted(engine, blocking, tmp_path):
    design = fitted(engine, blocking, *[False] * 4).design
    text, cited = worded(design, tmp_path)
    # Patients as columns of the design take a degree of freedom each and leave no correlation.
    columns = design["n_samples"] - design["df_residual"]
    fixed = columns > design["n_pairs"]
    assert (fixed == design["correlation"].isna()).all()
    assert ("fixed effect" in text) == ("only complete pairs" in text) == fixed.any()
    blocks = not fixed.all()
    assert ("one consensus correlation" in text) == (blocks and engine in ("limma", "voom"))
    assert ("Use of within-array replicate spots" in "\n".join(cited)) == (
        "one consensus correlation" in text
    )
    assert ("random intercept" in text) == (engine == "mixed")
    for formula, rows in design.groupby("formula"):
        sentence = next(part for part in re.split(r"(?<=\))\. ", text) if formula in part)
        assert all(f"“{contrast(name)}”" in sentence for name in rows["contrast"])
        others = set(design["contrast"]) - set(rows["contrast"])
        assert not any(f"“{contrast(name)}”" in sentence for name in others)
    if blocking == "random" and "random" in get_engine(engine).BLOCKINGS:
        assert "fixed" not in text


OWN = {
    "limma": ("limma's moderated t", "linear models of log2 expression"),
    "voom": ("voom's precision weights", "log2 counts per million"),
    "mixed": ("restricted maximum likelihood (REML)", "Satterthwaite's degrees of freedom"),
    "deseq2": ("Wald tests in negative binomial models", "independent filtering"),
    "edger_ql": ("F tests in negative binomial models", "prior count of 0.125"),
}
MODERATED = ("limma", "voom", "mixed")  # t by the empirical Bayes of Smyth 2004


@pytest.mark.parametrize("engine", engine_names())
def test_every_engine_has_its_own_words_and_no_others(engine, tmp_path):
    text, cited = worded(fitted(engine, "auto", *[True] * 4).design, tmp_path)
    for name, words in OWN.items():
        for each in words:
            assert (each in text) == (name == engine), each
    assert ("moderated t" in text) == ("Smyth 2004" in text) == (engine in MODERATED)
    assert "Benjamini and Hochberg (1995)" in text
    named = re.findall(r"([A-Z]\w+)(?: et al\.| and [A-Z]\w+)? \(?(\d{4})", text)
    assert len(named) >= 3
    for author, year in named:
        found = [each for each in cited if each.startswith(author) and f" {year}" in each]
        assert len(found) >= 1, (author, year)
        assert all("doi:10." in each for each in found)


def test_covariates_kept_and_left_out(tmp_path):
    design = DESIGN | {"covariates": ["sex", "batch"]}
    options = options_of("limma", design)
    models = run(*trial(), options, CONTRASTS).design.set_index("contrast")
    assert models.loc["disease", "covariates"] == "sex, batch"
    assert models.loc["change_all", "covariates"] == "batch"
    assert "sex=male: does not vary" in models.loc["change_all", "dropped"]
    config = small_study.CONFIG | {"design": design}
    text, _ = worded(models.reset_index(), tmp_path, config)
    assert "limma models with patients as random blocks were adjusted for sex, batch." in text
    assert "limma models with patients as fixed effects were adjusted for batch." in text
    assert "within whom sex does not vary: there is nothing to adjust for." in text
    assert models.loc[["disease", "change_all"], "absorbed"].to_list() == ["none", "sex"]
    assert models.loc["change_all", "formula"] == "~ 0 + patient + label:visit + batch"
    assert "leave out" not in text


def test_a_contrast_that_a_covariate_hides_is_said_not_to_be_estimated(tmp_path):
    """Without healthy people; every responder's site is not that of the others."""
    expression, labels = trial()
    label = expression.obs["patient"].map(labels.set_index("patient")["label"])
    sick = expression[expression.obs.index[label.notna()]]
    sick.obs = sick.obs.assign(site=label.dropna().map({"responder": "a", "nonresponder": "b"}))
    design = DESIGN | {"covariates": ["site"], "healthy": None}
    models = run(sick, labels, options_of("limma", design), ["baseline", "change_all"]).design
    text, _ = worded(models, tmp_path, small_study.CONFIG | {"design": design})
    assert (
        "The contrast “responders against non-responders at baseline” was not estimated, as site "
        "cannot be told apart from it." in text
    )
    assert "within whom site does not vary" in text and "adjusted for site" not in text


def test_contrasts_without_samples_are_said_to_be_missing(tmp_path):
    expression, labels = trial()
    everybody = labels.assign(label="responder")
    names = ["change_responders", "interaction"]
    models = run(expression, everybody, options_of("limma", DESIGN), names).design
    text, _ = worded(models, tmp_path)
    assert f"The contrast “{contrast('interaction')}” was not estimated, for want" in text
    assert "The contrast “change in responders” was tested by limma's moderated t" in text


def test_trajectories_are_said_to_be_of_the_joint_fit():
    models = small_study.MODELS
    [text] = methods.paragraph(small_study.CONFIG, models, {})
    assert "disease and change from one joint fit (limma, patients as random blocks): rev" in text
    rule = small_study.CONFIG | {"trajectories": section("trajectories", rule="thresholds")}
    assert "from one joint fit (limma, patients" in methods.paragraph(rule, models, {})[0]
    none = small_study.CONFIG | {"design": DESIGN | {"healthy": None}}
    [text] = methods.paragraph(none, models, {})
    assert "Without healthy samples no gene was classed" in text
    assert "intersection-union" not in text
