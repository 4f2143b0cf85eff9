"""What the stage uses, and its tables: counts, estimates, or nothing with a reason."""

import numpy as np
import pandas as pd
import pytest

from described import faults
from disk import read_table, write_table
from mixed_blood import DESIGN, shipped, study
from options import section
from revertome.composition.stage import composition
from revertome.errors import StudyError

CLINIC = {"baseline_visit": "", "visit": ""}
NO_VISITS = pd.DataFrame({"patient": [], "visit": []})
MAIN = ["neutrophils", "lymphocytes", "monocytes"]


def sheet(data, percent, columns=MAIN):
    """Percent of neutrophils, lymphocytes and monocytes as a sheet has them."""
    main = np.column_stack([percent[:, 0], percent[:, 2:].sum(axis=1), percent[:, 1]])
    for i, name in enumerate(MAIN):
        if name in columns:
            data.obs[f"{name}_percent"] = main[:, i]
    return pd.DataFrame(main, index=data.obs_names, columns=MAIN)


def run(data, visits=NO_VISITS, assay="microarray", **options):
    design = section("design", **{k: DESIGN[k] for k in ("baseline", "followup", "healthy")})
    asked = section("composition", **options)
    return composition(data, visits, asked, design | DESIGN, CLINIC, assay, shipped())


def wide(found):
    cells = found.tables["cells"]
    return cells.pivot_table("percent", "sample", "cell_type", dropna=False, sort=False)


@pytest.fixture
def made():
    return study(np.random.default_rng(1))


def test_counts_of_the_sheet_are_used_where_every_group_has_them(made, tmp_path):
    data, percent = made
    true = sheet(data, percent)
    found = run(data)
    assert found.told[0] == (
        "composition: counts of the sheets are used (neutrophils, lymphocytes, monocytes)"
    )
    np.testing.assert_allclose(wide(found).loc[true.index, MAIN], true)
    cells, fit, agreement = (found.tables[name] for name in ("cells", "fit", "agreement"))
    assert cells["source"].eq("measured").all() and cells["se"].isna().all()
    assert fit["source"].value_counts().to_dict() == {"measured": 52, "estimated": 52}
    np.testing.assert_allclose(fit["total"].dropna(), 100)
    both = agreement.set_index("cell_type")
    assert list(both.index) == MAIN and both["n"].eq(52).all()
    assert (both["spearman"] > 0.93).all() and (both["difference"].abs() < 1).all()
    assert (both["difference_sd"] < 3).all()
    for name, table in found.tables.items():
        write_table(table, tmp_path / f"composition/{name}.tsv")
    assert faults(tmp_path) == []
    back = read_table(tmp_path / "composition/cells.tsv")
    pd.testing.assert_frame_equal(back[["percent"]], cells[["percent"]])


def test_cells_are_estimated_where_a_group_has_no_counts(made, tmp_path):
    data, percent = made
    sheet(data, percent)
    data.obs.loc[data.obs["group"].eq("healthy"), "neutrophils_percent"] = np.nan
    data.obs.loc[data.obs["visit"].eq("after"), ["lymphocytes_percent", "monocytes_percent"]] = (
        np.nan
    )
    found = run(data)
    assert found.told[0].startswith("composition: cells are estimated by marker genes (neutroph")
    assert any("fewer than half of the samples of a group" in text for text in found.told)
    cells = found.tables["cells"]
    assert cells["source"].eq("estimated").all() and cells["se"].gt(0).all()
    assert cells.groupby("sample")["percent"].sum().sub(100).abs().max() < 1e-9
    assert list(found.tables["agreement"]["n"]) == [40, 32, 32]
    for name, table in found.tables.items():
        write_table(table, tmp_path / f"composition/{name}.tsv")
    assert faults(tmp_path) == []


def test_types_that_every_group_has_are_used_without_the_others(made):
    data, percent = made
    sheet(data, percent)
    data.obs.loc[data.obs["group"].eq("healthy"), "monocytes_percent"] = np.nan
    found = run(data)
    assert set(found.tables["cells"]["cell_type"]) == {"neutrophils", "lymphocytes"}
    assert any(text.endswith("not used") and "monocytes" in text for text in found.told)


def test_named_columns_are_used_whoever_has_them(made):
    data, percent = made
    data.obs["mine"] = percent[:, 0]
    data.obs.loc[data.obs["group"].eq("healthy"), "mine"] = np.nan
    found = run(data, measured={"mine": "granulocytes_of_mine"})
    assert set(found.tables["cells"]["cell_type"]) == {"granulocytes_of_mine"}
    assert any(text.endswith("used all the same") for text in found.told)
    with pytest.raises(StudyError, match=r"composition.measured: unknown column 'my'"):
        run(data, measured={"my": "neutrophils"})


def test_counts_of_the_visits_sheet_come_to_the_samples(made):
    data, percent = made
    sick = data.obs[data.obs["group"].eq("patient")]
    visits = sick[["patient", "visit"]].assign(wbc=7.0, x=0.07 * percent[12:, 0])
    named = {"x": "neutrophils", "wbc": "leukocytes"}
    found = wide(run(data, visits.reset_index(drop=True), measured=named))
    np.testing.assert_allclose(found.loc[sick.index, "neutrophils"], percent[12:, 0])
    assert found.drop(index=sick.index)["neutrophils"].isna().all()


def test_usual_names_are_found_in_the_visits_sheet_as_well(made):
    data, percent = made
    sick = data.obs[data.obs["group"].eq("patient")]
    visits = sick[["patient", "visit"]].assign(arm="drug", **{"NEUT%": percent[12:, 0], "anc": 4.0})
    data.obs["neutrophils_pct"] = percent[:, 0]
    both = run(data, visits.reset_index(drop=True)).told
    assert "counts of the sheet: NEUT%: not used, neutrophils_pct is" in both
    del data.obs["neutrophils_pct"]
    found = run(data, visits.reset_index(drop=True), signature="none")
    cells = wide(found)
    np.testing.assert_allclose(cells.loc[sick.index, "neutrophils"], percent[12:, 0])
    assert any(text.startswith("counts of the sheet: anc: not used; name") for text in found.told)


def test_signature_none_estimates_nothing(made):
    data, percent = made
    found = run(data, signature="none")
    assert len(found.tables["cells"]) == 0
    assert found.told == [
        "composition: the sheets have no counts, and no cells are estimated",
        "no cells are estimated: composition.signature is none",
    ]
    assert found.tables["fit"]["note"].eq("composition.signature is none").all()
    sheet(data, percent)
    cells = run(data, signature="none").tables["cells"]
    assert cells["source"].eq("measured").all() and len(cells) == 156


def test_counts_of_some_groups_are_used_where_nothing_can_be_estimated(made):
    data, percent = made
    sheet(data, percent, ["neutrophils"])
    data.obs.loc[data.obs["group"].eq("healthy"), "neutrophils_percent"] = np.nan
    found = run(data, signature="none")
    assert set(found.tables["cells"]["cell_type"]) == {"neutrophils"}
    assert found.told[1].endswith("used all the same")


def test_proteins_have_no_signature(made):
    found = run(made[0], assay="abundance")
    assert "not of proteins" in found.told[-1] and len(found.tables["cells"]) == 0


def test_columns_that_cannot_be_counts_stop_a_study_only_where_it_names_them(made):
    data, percent = made
    sheet(data, percent)
    data.obs["neutrophils_percent"] *= -1
    with pytest.warns(
        UserWarning, match="which no count of cells can be.*; no counts of the sheets"
    ):
        found = run(data)
    assert found.tables["cells"]["source"].eq("estimated").all()
    with pytest.raises(StudyError, match="which no count of cells can be"):
        run(data, measured={"neutrophils_percent": "neutrophils"})


def test_samples_whose_counts_cannot_be_are_named(made):
    data, percent = made
    sheet(data, percent)
    data.obs.loc["S30", "lymphocytes_percent"] = 90.0
    with pytest.warns(UserWarning, match=r"counts of 1 sample are left out: S30 \(types sum to"):
        found = run(data)
    cells, fit = found.tables["cells"], found.tables["fit"]
    assert cells.loc[cells["sample"].eq("S30"), "percent"].isna().all()
    row = fit[fit["sample"].eq("S30") & fit["source"].eq("measured")].iloc[0]
    assert row["note"].startswith("types sum to")


def test_a_study_of_one_visit_and_without_healthy_people(made):
    data, _ = made
    data = data[data.obs["visit"].eq("before")].copy()
    design = section("design", baseline="before", followup=None, healthy=None)
    design |= {"followups": [], "followup": None}
    asked = section("composition")
    found = composition(data, NO_VISITS, asked, design, CLINIC, "rnaseq", shipped())
    assert found.tables["cells"]["source"].eq("estimated").all()
    assert any("no healthy samples" in text for text in found.told)
