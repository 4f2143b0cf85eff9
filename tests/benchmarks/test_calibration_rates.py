"""Rates, coverage and their summary from numbers that can be counted by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.calibration_cells import INTERVALS, chosen, run, summary, trials_of
from benchmarks.calibration_draw import trial
from benchmarks.calibration_rates import coverage, false_and_power, fit
from benchmarks.calibration_settings import SETTINGS
from benchmarks.cell_setting import CellSetting
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts

SMALL = CellSetting("small", "", 8, 10, n_genes=300, unit=2.0)
MAIN = PlaneContrasts("disease_responders", "change_responders")


def test_false_share_and_power():
    hit, true = np.array([1, 1, 1, 0, 0], bool), np.array([1, 1, 0, 1, 0], bool)
    assert false_and_power(hit, true) == {
        "called": 3, "false_called": 1, "false": 1 / 3, "power": 2 / 3,
    }  # fmt: skip
    none = false_and_power(~hit & hit, true & ~true)
    assert none["false"] == 0 and np.isnan(none["power"])


def test_summary_of_two_trials():
    """Estimates of 1 and 3 for 4 and 9 false: 1 is less than 4/2 and 4 - 2, 3 less than 9/2."""
    trials = pd.DataFrame(
        {
            "rule": "common", "class": "reverted", "trial": [0, 1], "called": [40, 100],
            "false_called": [4, 9], "false": [0.1, 0.04], "power": [0.5, 0.7],
            "estimated": [3.0, 3.0],
            **{f"covered_{name}": [30.0, 90.0] for name in INTERVALS},
            **{f"of_{name}": [40.0, 100.0] for name in INTERVALS},
        }
    )  # fmt: skip
    found = summary(trials).iloc[0]
    assert found["false"] == pytest.approx(0.07)
    assert found["false_se"] == pytest.approx(0.03)  # SD 0.06 / sqrt(2) over sqrt(2)
    assert found["above_5"] == 0.5 and found["power"] == pytest.approx(0.6)
    assert found["cover_fieller"] == pytest.approx(120 / 140)
    assert found["estimated"] == 3 and found["enough"] == 0.5


def test_coverage_counts_genes_within_their_intervals():
    """A plane 1.9 and 2.1 standard errors off the truth: covered, and not, with infinite df."""
    drawn = trial(SMALL, np.random.default_rng(1))
    study = fit(drawn, SMALL, "common")
    d, t = (drawn.truth.contrast(study.fitted.model, name) for name in (MAIN.disease, MAIN.change))
    for off, inside in ((1.9, 1.0), (2.1, 0.0)):
        plane = Plane(d + off, t, *(np.full(300, value) for value in (1.0, 1e-12, 0.0)), np.inf)
        found = coverage(plane, drawn, study, MAIN)
        assert (found["disease"] == inside).all() and (found["residual"] == inside).all()
        assert (found["change"] == 1).all()
        plane = Plane(d, t + off * 1e-3, *(np.full(300, v) for v in (1e-12, 1e-6, 0.0)), np.inf)
        fieller = coverage(plane, drawn, study, MAIN)["fieller"]
        ill = np.abs(d) > 1e-9
        assert (fieller[ill] == inside).all() and np.isnan(fieller[~ill]).all()


def test_a_stopped_run_goes_on_and_every_trial_is_its_own(tmp_path):
    out = str(tmp_path / "rates.tsv")
    run(out, [SMALL], 12, ["common"])
    table = pd.read_csv(out, sep="\t")
    parts = sorted((tmp_path / "rates.tsv.parts").iterdir())
    assert [part.name for part in parts] == ["small.common.0+10.tsv", "small.common.10+2.tsv"]
    parts[0].unlink()
    run(out, [SMALL], 12, ["common"])
    pd.testing.assert_frame_equal(pd.read_csv(out, sep="\t"), table)
    alone = trials_of(SMALL, [11], ["common"]).drop(columns=["rule", "class"])
    again = pd.read_csv(parts[1], sep="\t", keep_default_na=False, na_values=[""])
    again = again[again["trial"] == 11].drop(columns=["rule", "class"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(again[list(alone)], alone, check_dtype=False)


def test_settings_are_chosen_by_the_beginning_of_their_names_and_half():
    assert {s.name for s in chosen("voom,null_3", "")} == {
        name for name in SETTINGS if name.startswith(("voom", "null_3"))
    }
    assert len(chosen("", "tuning")) + len(chosen("", "held out")) == len(SETTINGS)
    with pytest.raises(ValueError, match="no setting begins with 'lima'"):
        chosen("lima", "")


@pytest.mark.parametrize("change", [{"engine": "voom"}, {"engine": "mixed"}, {"missing": 0.1},
                                    {"single": 0.4, "covariates": ("batch", "age")}])  # fmt: skip
def test_strong_effects_are_found_by_every_engine_and_design(change):
    """Effects of 8 SD and more: nearly all reverted and induced genes are called."""
    setting = replace(SMALL, responders=12, healthy=20, unit=6.0, **change)
    found = trials_of(setting, [0], ["common"]).set_index("class")
    assert found.loc["reverted", "power"] > 0.9 and found.loc["induced", "power"] > 0.9
    assert found.loc["all", "called"] == 300
