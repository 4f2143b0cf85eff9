"""Pairs of settings: every run ends well and agrees with itself, or stops in one sentence.

The enumerated and boolean keys are read from the schema, so that a new key joins by itself.
Constraints are the pairs that cannot be; each is tried, and has to be refused by its key.
"""

import copy
import re
from html import unescape
from itertools import product
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest

import tiny_trial
from covering import Covering
from described import strange_headers
from pipeline import finished, first_tables
from revertome.configuration import complete, contrasts_by_engine
from revertome.differential.engines import engine_names, joint_engines
from revertome.differential.names import contrast_names
from revertome.errors import StudyError
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.gene_classes import CLASSES
from revertome.limma.top_table import COLUMNS
from revertome.modules import scores

# Sources whose whole run has tests of its own (test_run, test_raw_arrays).
ELSEWHERE = {"simulate", "cel", "beadchip"}
EVERY = 8  # of so many runs one is in the default suite; the others are marked slow


def keys(schema: dict[str, Any], before: str = "") -> dict[str, list[Any]]:
    """Levels of the enumerated and boolean keys of a schema, by dotted name."""
    found: dict[str, list[Any]] = {}
    for name, part in schema.get("properties", {}).items():
        if "properties" in part:
            found |= keys(part, f"{before}{name}.")
        elif "enum" in part:
            found[before + name] = list(part["enum"])
        elif part.get("type") == "boolean":
            found[before + name] = [False, True]
        elif "enum" in part.get("items", {}):  # all, and the items in three parts
            items = part["items"]["enum"]
            found[before + name] = [[], *(items[start::3] for start in range(3))]
    return found


def factors() -> dict[str, list[Any]]:
    """Every factor with its levels: those of the schema, then those that it cannot list."""
    found = keys(tiny_trial.SCHEMA)
    found["intake.source"] = [s for s in found["intake.source"] if s not in ELSEWHERE]
    second = [name for name in engine_names() if name not in joint_engines()]
    methods = sorted(module.name for module in iter_modules(scores.__path__))
    return found | {
        "differential.engines": [
            *([name] for name in joint_engines()),
            *(["voom", x] for x in second),
            [],
        ],
        "differential.lfc": [0, 0.2],
        "differential.custom": [{}, {"double": "2 * change_all"}],
        "differential.subset": [{}, {"arm": ["drug"]}],
        "differential.change_with": [[], ["crp"]],
        "design.healthy": ["healthy", None],
        "design.covariates": [[], ["batch"], ["age"]],
        "trajectories.induced_disease_at_most": [0.5, 0.2],
        "trajectories.bootstrap": [0, 16],
        "trajectories.permutations": [0, 3],
        "modules.methods": [[name] for name in methods],
        "association.variables": [[], ["crp", "sledai"]],
    }


LOGS = ["log2", "ln", "log10"]
COUNTING = [engines for engines in factors()["differential.engines"] if {"voom"} & {*engines}]
# What cannot go together, and the key that says so.
REFUSED: list[tuple[dict[str, list[Any]], str]] = [
    ({"differential.blocking": ["fixed"], "design.healthy": ["healthy"]}, "differential.blocking"),
    ({"trajectories.reverted_in": ["responders"], "response.source": ["none"]},
     "trajectories.reverted_in"),
    ({"trajectories.induced_in": ["responders"], "response.source": ["none"]},
     "trajectories.induced_in"),
    ({"intake.assay": ["microarray"], "intake.scale": ["abundance", "counts"]}, "intake.scale"),
    ({"intake.assay": ["rnaseq"], "intake.scale": [*LOGS, "linear", "abundance"]}, "intake.scale"),
    ({"intake.assay": ["abundance"], "intake.scale": ["linear", "counts"]}, "intake.scale"),
    ({"intake.assay": ["microarray", "abundance"], "normalise.method": ["tmm", "upper_quartile"]},
     "normalise.method"),
    ({"intake.assay": ["rnaseq"], "normalise.method": ["quantile"]}, "normalise.method"),
    ({"intake.assay": ["microarray", "abundance"], "differential.engines": COUNTING},
     "differential.engines"),
    ({"response.ordered": [True]}, "response.ordered"),  # without groups, which are not varied here
]  # fmt: skip


IN_FULL = ("differential.engines", "differential.blocking", "differential.weights")
PAIRS = Covering(factors(), [combination for combination, _ in REFUSED], [IN_FULL])
ROWS = PAIRS.rows


def configured(row: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Write the files of a row of settings and complete its configuration."""
    chosen = copy.deepcopy(row)
    healthy = chosen["design.healthy"] is not None
    repeat = chosen["intake.repeats"] == "first"
    keys_of_files = ("intake.source", "intake.assay", "intake.scale")
    intake = tiny_trial.write(folder, *(chosen[key] for key in keys_of_files), healthy, repeat)
    config: dict[str, Any] = {
        "study": "tiny",
        "results": str(folder / "results"),
        "private": str(folder / "private"),
        "intake": intake,
        "design": {"baseline": "before", "followup": "after"},
        "response": {"definition": "acr_pedi", "activity": {"column": "sledai"}},
        "modules": {"permutations": 100},
    }
    for key, value in chosen.items():
        section, _, name = key.rpartition(".")
        (config.setdefault(section, {}) if section else config)[name] = value
    possible = contrast_names(config["design"], config["response"])
    config["differential"]["contrasts"] = [
        name for name in chosen["differential.contrasts"] if name in possible
    ]
    return complete(config, tiny_trial.SCHEMA)


def names_of(row: dict[str, Any]) -> str:
    """The settings that most tell one run from another."""
    told = [row["intake.assay"], row["differential.blocking"], row["response.source"]]
    return "-".join([*(row["differential.engines"] or ["auto"]), *told])


@pytest.mark.parametrize(
    ("number", "row"),
    [
        pytest.param(n, row, id=f"{n}-{names_of(row)}", marks=[pytest.mark.slow] * (n % EVERY > 0))
        for n, row in enumerate(ROWS)
    ],
)
def test_run_ends_well_and_agrees_with_itself(number, row, tmp_path):
    config = configured(row, tmp_path)
    found = finished(config, tmp_path / "results")
    assert strange_headers(tmp_path / "results") == []  # values are held to kinds when written
    check_differential(config, found)
    check_trajectories(config, found)
    check_patients(config, found)
    check_words(config, found)
    for name in FIGURES if number % 20 == 0 else ():
        draw(name, found[f"source_data/{name}"])


def unit(*columns: Any) -> bool:
    """Whether all values that are there lie between 0 and 1."""
    return all(((column >= 0) & (column <= 1) | column.isna()).all() for column in columns)


def check_differential(config, found):
    design, genes = found["differential/design"], list(found["expression"].var_names)
    engines = contrasts_by_engine(config)
    asked = [(engine, name) for engine, names in engines.items() for name in names]
    assert list(zip(design["engine"], design["contrast"], strict=True)) == asked
    for row in design.to_dict("records"):
        first = row["engine"] == next(iter(engines))
        place = "differential" if first else f"differential/{row['engine']}"
        table = found[f"{place}/{row['contrast']}"]
        assert list(table) == COLUMNS
        assert sorted(table["gene"]) == sorted(genes)
        paired = row["contrast"].startswith("change_with_")  # whatever the blocking
        if paired and row["engine"] == "mixed":
            assert row["dropped"] == "mixed has no paired model"
            continue
        if np.isnan(row["n_samples"]):  # nobody, or too few, are left of a part of the study
            assert config["differential"]["subset"] and config["quality"]["exclude"] == "flagged"
            assert re.search("no such samples|are too few", row["dropped"])
            assert table["P.Value"].isna().all()
            continue
        assert set(table["engine"]) == {row["engine"]} and set(table["n"]) == {row["n_samples"]}
        assert unit(table["P.Value"], table["adj.P.Val"])
        assert table["P.Value"].notna().sum() > 0.9 * len(genes)
        # DESeq2's independent filtering leaves genes of low counts without an adjusted p.
        tested = table.dropna(subset=["P.Value", "adj.P.Val"])
        assert len(tested) > (0.2 if row["engine"] == "deseq2" else 0.9) * len(genes)
        assert (tested["adj.P.Val"] >= tested["P.Value"]).all()
        assert table["P.Value"].dropna().is_monotonic_increasing
        assert ((table["CI.L"] <= table["logFC"]) & (table["logFC"] <= table["CI.R"])).all() or (
            row["engine"] == "deseq2"
        )
        told = row["formula"] + row["dropped"]
        assert all(name in told for name in config["design"]["covariates"])
        asked_for = config["differential"]["blocking"]
        if (
            asked_for != "auto"
            and row["engine"] not in ("deseq2", "edger_ql", "mixed")
            and not paired
        ):
            assert row["blocking"] == asked_for
    double = "double" in config["differential"]["custom"]
    if double and "change_all" in engines[next(iter(engines))]:
        one, two = (found[f"differential/{name}"].set_index("gene") for name in
                    ("change_all", "double"))  # fmt: skip
        np.testing.assert_allclose(two["logFC"], 2 * one["logFC"].loc[two.index], rtol=1e-6)


def check_trajectories(config, found):
    genes, summary = found["trajectories/genes"], found["trajectories/summary"]
    options = config["trajectories"]
    assert list(genes["gene"]) == sorted(found["expression"].var_names)
    assert list(summary["class"]) == list(CLASSES)
    classed = config["design"]["healthy"] is not None
    counted = genes["class"].value_counts()
    if classed:
        assert summary["n_genes"].to_list() == [counted.get(name, 0) for name in CLASSES]
    else:
        assert counted.empty and summary["n_genes"].isna().all()
    assert unit(*(genes[name] for name in genes if name.startswith(("p_", "adj_p_"))))
    assert unit(genes["stability"], summary["p_by_chance"])
    assert genes["stability"].notna().any() == (classed and options["bootstrap"] > 0)
    chance = summary["expected_by_chance"]
    assert chance.notna().all() == (classed and options["permutations"] > 0)
    if chance.notna().all():
        assert chance.sum() == pytest.approx(len(genes))
    sets = dict(found["trajectories/sets"])
    of_classes = {name: genes["class"] == name for name in ("reverted", "induced")}
    changed = {"changed": genes["adj_p_change"] <= options["alpha"]}
    for name, chosen in (of_classes if classed else changed).items():
        members = sorted(sets.pop(f"{name}_up") + sets.pop(f"{name}_down"))
        assert members == sorted(genes.loc[chosen, "gene"])
    assert not sets
    split = classed and options["induced_in"] != options["reverted_in"]
    for end in ("all", "responders"):  # always there, and filled where claims are in two groups
        assert genes[f"change_{end}"].notna().any() == (split and options["induced_in"] == end)
    if classed and options["rule"] == "tests":  # a gene lies in the wedge in which it is shown
        shown = genes.loc[genes["class"].eq("reverted"), "recovered"]
        assert shown.between(options["recovered_at_least"], options["recovered_at_most"]).all()
    check_one_model(config, found, genes.set_index("gene"))


def check_one_model(config, found, genes):
    """Trajectories and contrasts of all samples are of one model, with the same covariates."""
    options, differential = config["trajectories"], config["differential"]
    ends = {options["reverted_in"]: "", options["induced_in"]: f"_{options['induced_in']}"}
    ends |= {options["reverted_in"]: ""}
    tables = first_tables(config, found)
    if config["design"]["healthy"] is None or "all" not in ends or differential["subset"]:
        return
    if differential["weights"] == "array" and options["variance"] == "cells":
        return  # weights have no part in classes by the variances of cells
    same = ["disease"] + ["change_all"] * (differential["blocking"] == "random")
    for name in {*same} & {*tables}:
        table = tables[name].set_index("gene").loc[genes.index]
        place = name.removesuffix("_all") + ends["all"]
        np.testing.assert_allclose(genes[place], table["logFC"], rtol=1e-6, atol=1e-9)


def check_patients(config, found):
    samples = found["quality/samples"]
    used = set(samples.loc[samples["used"], "sample"])
    assert used == set(found["expression"].obs_names)
    scored = found["modules/scores"]
    assert set(scored["sample"]) == used
    assert not scored.duplicated(["sample", "module", "method"]).any()
    labels = found["response/labels"].set_index("patient")["label"]
    obs = found["expression"].obs
    seen = obs[obs["group"].astype(str) == "patient"].groupby("patient", observed=True)["visit"]
    pairs = sorted(str(p) for p, visits in seen if {*visits.dropna()} == {"before", "after"})
    assert list(found["association/patients"]["patient"]) == sorted(labels.index)
    n = {"all": len(pairs)} | labels.reindex(pairs).value_counts().to_dict()
    tests = found["modules/tests"]
    assert unit(tests["P.Value"], tests["adj.P.Val"])
    paired = tests[tests["test"].eq("paired_change") & tests["P.Value"].notna()]
    assert len(paired)
    expected = paired["group"].map(lambda group: n[group.rstrip("s") if group != "all" else group])
    assert (paired["n"] == expected).all()
    # One row a patient and the paired test say the same of the change of a score.
    joined, first = found["association/patients"], found["modules/scores"]["method"].iloc[0]
    whole = paired[(paired["group"] == "all") & (paired["method"] == first)]
    plain = whole[(whole["scale"] == "score") & whole["covariates"].isna()]  # not adjusted
    for row in plain.to_dict("records"):
        change = joined[f"{row['module']}_change"].mean()
        assert change == pytest.approx(row["estimate"], rel=1e-8)
    mixed = tests[tests["test"] == "mixed"]
    covariates = ",".join(config["design"]["covariates"])
    assert set(mixed["covariates"].fillna("")) <= {covariates}
    design = found["differential/design"]
    if not config["differential"]["subset"]:
        assert set(design["n_pairs"].dropna()) == {len(pairs)}
        flow = found["association/flow"]
        counted = flow[(flow["stage"] == "contrast") & (flow["detail"] == "change_all")]
        assert (counted["n_pairs"] == len(pairs)).all()
    asked = found["association/tests"]
    assert unit(asked["P.Value"], asked["adj.P.Val"])
    for name, table in found.items():
        if name.startswith("source_data/"):
            assert {"element", "text"} <= set(table) and table["text"].notna().any()


ENGINE_WORDS = {
    "limma": "by limma's moderated t",
    "voom": "with voom's precision weights",
    "deseq2": "DESeq2",
    "edger_ql": "by quasi-likelihood F tests",
    "mixed": "in linear mixed models of log2 expression",
}
METHOD_WORDS = {
    "quantile": "quantile normalisation",
    "tmm": "TMM",
    "upper_quartile": "upper-quartile",
    "none": "without normalisation",
}


def check_words(config, found):
    html, private = found["page"], config["privacy"] != "none"
    everything = " ".join([html, *(t.to_csv() for t in found.values() if hasattr(t, "to_csv"))])
    assert ("PT-0" in everything) != private
    assert ("HC-0" in everything) == (not private and config["design"]["healthy"] is not None)
    methods = unescape(html[: html.index("Software:")])
    methods = methods[methods.rindex("<p>") :]
    design = found["differential/design"]
    ran = set(design.loc[design["n_samples"].notna(), "engine"])
    assert ran == {engine for engine, words in ENGINE_WORDS.items() if words in methods}
    method = found["expression"].uns["normalise"]["method"]
    assert METHOD_WORDS[method] in methods
    tested = config["design"]["healthy"] is not None and config["trajectories"]["rule"] == "tests"
    assert ("intersection-union" in methods) == tested
    names = {"responders": "responders", "all": "all patients"}
    first, second = (names[config["trajectories"][f"{c}_in"]] for c in ("reverted", "induced"))
    if config["design"]["healthy"] is None:
        assert "no gene was classed" in methods
    elif first == second:
        assert f"Classes were tested in {first}." in methods
    else:
        assert f"Induction was tested in {second}, every other class in {first}." in methods
    weighted = bool(ran & {"limma", "voom"}) and config["differential"]["weights"] == "array"
    assert ("by array weights" in methods) == weighted


@pytest.mark.parametrize(
    ("place", "chosen"),
    [
        (place, dict(zip(combination, values, strict=True)))
        for place, (combination, _) in enumerate(REFUSED)
        for values in product(*combination.values())
    ],
    ids=lambda each: "-".join(map(str, each.values())) if isinstance(each, dict) else str(each),
)
def test_what_cannot_go_together_is_refused_by_its_key(place, chosen, tmp_path):
    others = [each for at, (each, _) in enumerate(REFUSED) if at != place]
    matter = {name for each in others for name in each}
    levels = {name: each if name in matter else each[:1] for name, each in factors().items()}
    levels |= {name: [value] for name, value in chosen.items()}
    row = Covering({name: levels[name] for name in levels}, others).rows[0]
    with pytest.raises(StudyError) as error:
        finished(configured(row, tmp_path), tmp_path / "results")
    assert REFUSED[place][1] in str(error.value)
    assert len(str(error.value).splitlines()) <= 2


def test_every_pair_that_can_be_is_tried():
    """No run holds what `REFUSED` names, alone or by way of the assay, and all hold the rest."""
    levels = factors()
    assert len(levels) >= 30 and len(ROWS) < 70
    pairs = [(a, b) for place, a in enumerate(levels) for b in list(levels)[place + 1 :]]
    every = sum(len(levels[a]) * len(levels[b]) for a, b in pairs)
    every += int(np.prod([len(levels[name]) for name in IN_FULL]))
    assert PAIRS.covered + len(PAIRS.lost) == every
    # Two of these that no assay has together.
    by_assay = {"intake.scale", "normalise.method", "differential.engines"}
    for lost in PAIRS.lost:
        alone = any(all(lost.get(k) in v for k, v in each.items()) for each, _ in REFUSED)
        assert alone or set(lost) <= by_assay, lost
    tried = {tuple(str(row[name]) for name in IN_FULL) for row in ROWS}
    assert len(tried) == np.prod([len(levels[name]) for name in IN_FULL])
