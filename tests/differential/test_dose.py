"""Trend of the change over doses against limma (reference/dose.R), and doses that are none."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

import studies
from options import SCHEMA
from revertome.configuration import complete, names
from revertome.differential.dose import TREND, dose_model
from revertome.differential.model_options import model_options
from revertome.differential.run import run_visits
from revertome.errors import StudyError
from revertome.intake.design import check_design
from revertome.intake.sheets.sheet import complete_roles, select
from revertome.limma.joint import moderated_joint, normal_fit
from revertome.trial import dose_of

REFERENCE = Path(__file__).parent / "reference"
VISITS = ["week0", "week4", "week12"]
DESIGN = {"baseline": "week0", "followup": "week12", "followups": VISITS[1:], "healthy": "healthy",
          "covariates": ["site"], "dose": "dose", "arm": None}  # fmt: skip


def study() -> tuple[pd.DataFrame, np.ndarray]:
    """Samples and values (n, 60) by the formulas of dose.R."""
    gone = ((3, "week4"), (7, "week12"))
    rows = [(p, v, [0, 1, 5][p % 3], "patient") for p in range(15) for v in VISITS
            if (p, v) not in gone]  # fmt: skip
    rows += [(p, None, np.nan, "healthy") for p in range(100, 106)]
    samples = pd.DataFrame(rows, columns=["number", "visit", "dose", "group"])
    place = np.arange(1, len(samples) + 1)
    samples.index = [f"s{k}" for k in place]
    samples["patient"] = [f"P{k:02d}" for k in samples["number"]]
    samples["site"] = place * 5 % 7
    gene, who = np.arange(1, 61)[:, None], samples["number"].to_numpy()
    own = (gene * 7919 + who * 104729 + gene * who * 31) % 1009 / 500
    noise = (gene * 3571 + place * 15485 + gene * place * 97) % 1013 / 500
    time = samples["visit"].map({v: k for k, v in enumerate(VISITS)}).fillna(0).to_numpy()
    effect = samples["dose"].fillna(0).to_numpy() * time * (gene % 7 - 3) / 40
    return samples, (8 + own + noise * (0.5 + gene % 5 / 4) + effect).T


def model(samples: pd.DataFrame, **changed: object):
    return dose_model(samples, {**DESIGN, **changed})


@pytest.mark.parametrize("visit", ["week4", "week12"])
@pytest.mark.parametrize("kind", ["whole", "gaps"])
def test_trend_equals_that_of_limma(kind, visit):
    samples, y = study()
    if kind == "gaps":
        y[np.arange(1, 61) * 11 % len(samples), np.arange(60)] = np.nan
    made = model(samples, followup=visit)
    found = moderated_joint(normal_fit(y, made), made, trend=True).moderated[TREND]
    every = pd.read_csv(REFERENCE / "dose.tsv", sep="\t")
    name = visit.replace("week", "dose")
    expected = every[every["kind"].eq(kind) & every["contrast"].eq(name)]
    genes = [int(gene[1:]) - 1 for gene in expected["gene"]]
    np.testing.assert_allclose(found.fit.coefficients[genes, 0], expected["logFC"], rtol=1e-8)
    np.testing.assert_allclose(found.t[genes, 0], expected["t"], rtol=1e-8)


def test_names_of_visits_are_words():
    """The same numbers under odd names of visits."""
    samples, y = study()
    odd = dict(zip(VISITS, ["-3", "day 28", "month6."], strict=True))
    one = model(samples)
    later = {"followup": "month6.", "followups": ["day 28", "month6."]}
    two = model(samples.assign(visit=samples["visit"].map(odd)), baseline="-3", **later)
    fits = [moderated_joint(normal_fit(y, each), each, trend=True).moderated for each in (one, two)]
    np.testing.assert_allclose(fits[0][TREND].t, fits[1][TREND].t, rtol=1e-9)


def test_a_covariate_that_goes_with_the_dose_hides_the_trend():
    samples, _ = study()
    for visit in VISITS[1:]:  # a batch for each dose after treatment
        samples.loc[samples["visit"].eq(visit), "site"] = samples["dose"] * 3
    samples.loc[samples["visit"].eq("week0") | samples["visit"].isna(), "site"] = 0
    samples["site"] = "lab" + samples["site"].astype(int).astype(str)
    made = model(samples, followup="week12")
    assert made.contrasts == {}
    assert made.verdicts[TREND].confounded == ("site",)


def test_visits_after_the_switch_of_the_control_have_no_trend():
    samples, _ = study()
    samples["arm"] = np.where(samples["number"] % 3 == 0, "placebo", "drug")
    arm = {"column": "arm", "control": "placebo", "until": "week4"}
    late = model(samples, arm=arm)
    assert late.contrasts == {}
    assert late.verdicts[TREND].reason == "dose_trend: doses were as assigned until week4 only"
    early, alone = (
        model(samples, arm=arm, followup="week4"),
        model(samples[samples["visit"].ne("week12")], followup="week4", followups=["week4"]),
    )
    assert early.design.equals(alone.design)


@studies.real
@pytest.mark.real
def test_the_kinoid_trial_from_its_study_file():
    """GSE39088 as its file reads the sheet: 26 patients at three visits, seven groups of dose.

    Values are drawn: at day 112 a gene falls by 0.01 log2 per microgram, at day 168 by half of it,
    and all patients change by 0.3 besides.
    """
    sheet = pd.read_csv(
        studies.SHARED / "data/sheets/E-GEOD-39088.sdrf.txt", sep="\t", dtype=object
    )
    table = pd.DataFrame(
        {
            "title": sheet["Comment [Sample_title]"],
            "source_name_ch1": sheet["Comment [Sample_source_name]"],
            "geo_accession": sheet["Source Name"].str.extract(r"^(GSM\d+)", expand=False),
        },
        dtype=object,
    )
    config = complete(studies.configured("gse39088"), SCHEMA)
    intake, design = config["intake"], config["design"]
    roles = complete_roles(table, [], intake, design, "x")
    samples, _ = select(table, roles, intake, design, "x")
    check_design(samples, design, "x")
    rng, genes = np.random.default_rng(4), 400
    late = samples["visit"].map({"day112": 1.0, "day168": 0.5}).fillna(0).to_numpy()[:, None]
    dose = samples["dose"].fillna(0).to_numpy()[:, None] * late
    falls = np.arange(genes) < 100
    y = rng.normal(8, 0.3, (len(samples), genes)) + 0.3 * (late > 0) - 0.01 * dose * falls
    person, who = pd.factorize(samples["patient"])
    y += rng.normal(0, 0.4, (len(who), genes))[person]
    expression = anndata.AnnData(
        y, samples, pd.DataFrame(index=[f"g{k:03d}" for k in range(genes)])
    )
    labels = pd.DataFrame({"patient": who, "label": "treated"})
    kinoid = samples["arm"].eq("kinoid") & samples["visit"].eq("baseline")
    given, asked = samples.loc[kinoid, "dose"], names(config)
    found, over = run_visits(expression, labels, model_options(config, "limma"), asked)
    assert asked == ["disease", "change_all", "residual_all", "change_treated", "change_control",
                     "drug_effect", "dose_trend"]  # fmt: skip
    for visit, slope, mean in (("day112", -0.01, 0.3), ("day168", -0.005, 0.3)):
        tables = {name: table.set_index("gene").sort_index()
                  for name, table in found[visit].tables.items()}  # fmt: skip
        trend, control = tables["dose_trend"], tables["change_control"]
        assert trend["logFC"][falls].mean() == pytest.approx(slope, abs=0.0005)
        assert trend["logFC"][~falls].mean() == pytest.approx(0, abs=0.0005)
        assert ((trend["CI.L"] < slope) & (slope < trend["CI.R"]))[falls].mean() > 0.88
        assert (trend["P.Value"][~falls] < 0.05).mean() < 0.1
        assert control["logFC"].mean() == pytest.approx(mean, abs=0.03)
        effect = slope * given.mean()
        assert tables["drug_effect"]["logFC"][falls].mean() == pytest.approx(effect, abs=0.04)
    assert set(over["contrast"]) >= {"dose_trend", "drug_effect"}
    assert found["day168"].design.set_index("contrast").loc["drug_effect", "n_pairs"] == 26


def sick(**changed: object) -> pd.DataFrame:
    samples = study()[0]
    samples = samples[samples["group"].eq("patient")].copy()
    for cell, value in changed.items():
        column, _, who = cell.partition("__")
        samples[column] = samples[column].astype(object)
        rows = samples["patient"].eq(who) if who else slice(None)
        samples.loc[rows, column] = value
        samples[column] = samples[column].infer_objects()
    return samples


ARM = {"arm": {"column": "arm", "control": "placebo", "until": None}}


def with_arms(**changed: object) -> pd.DataFrame:
    samples = sick(**changed)
    return samples.assign(arm=np.where(samples["number"] % 3 == 0, "placebo", "drug"))


def test_the_control_arm_has_dose_0_and_before_treatment_everybody():
    samples = with_arms()
    samples["dose"] = samples["dose"].astype(float).mask(samples["arm"].eq("placebo"))
    samples.loc[samples["visit"].eq("week0"), "dose"] = np.nan
    dose = dose_of(samples, {**DESIGN, **ARM})
    after = samples["visit"].ne("week0")
    assert dose[~after].eq(0).all()
    assert dose[after].tolist() == [[0, 1, 5][n % 3] for n in samples.loc[after, "number"]]


def test_the_dose_may_stand_in_the_row_before_treatment_alone():
    samples = sick().astype({"dose": float})
    samples.loc[samples["visit"].ne("week0"), "dose"] = np.nan
    assert sorted(dose_of(samples, DESIGN).unique()) == [0, 1, 5]


def rising(samples: pd.DataFrame) -> pd.DataFrame:
    at = samples["patient"].eq("P01") & samples["visit"].eq("week12")
    return samples.assign(dose=samples["dose"].mask(at, 3))


@pytest.mark.parametrize(
    ("samples", "arm", "message"),
    [
        (sick(dose=2), None, "column 'dose' is 2 for every patient; a trend needs two doses"),
        (sick(dose__P04=np.nan), None,
         r"is empty for 1 of 15 patients \('P04'\); fill in the dose \(0 where"),
        (rising(sick()), None, "patient 'P01': doses 1, 3 at the visits after treatment"),
        (sick(dose__P04=-2), None, "sample s12: found -2; a dose is a number from 0 on"),
        (sick(dose__P04="5 mg"), None, "holds '5 mg'; expected numbers alone, in one unit"),
        (sick().drop(columns="dose"), None, "column 'dose' is absent; found number, visit, group"),
        (with_arms(dose__P03=4), ARM, "patient 'P03' in arm placebo: 4 in the control arm"),
    ],
    ids=["same", "some", "rising", "negative", "text", "absent", "control"],
)  # fmt: skip
def test_doses_that_are_none_stop_the_run(samples, arm, message):
    with pytest.raises(StudyError, match=message):
        dose_of(samples, {**DESIGN, **(arm or {})}, "sheet.tsv")


def test_another_dose_before_treatment_stops_the_run():
    samples = sick().astype({"dose": float})
    samples.loc[samples["patient"].eq("P02") & samples["visit"].eq("week0"), "dose"] = 1
    with pytest.raises(StudyError, match="patient 'P02': 1 before treatment and 5 after it"):
        dose_of(samples, DESIGN)
