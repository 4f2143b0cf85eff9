"""Resamples in jobs of their own: planned where they help, and the files of one job."""

import pytest
import yaml

from workflow.interruption import durations, files, start, study
from workflow.test_run import HOME, planned, small_study, snakemake


def test_jobs_are_planned_where_they_have_something_to_draw(tmp_path):
    """20 resamples are two batches; without healthy samples nothing is resampled."""
    place = tmp_path / "studies"
    place.mkdir()
    few, alone = {"bootstrap": 20, "permutations": 1}, {"reverted_in": "all", "resample_jobs": 3}
    cases = {
        "one": {"trajectories": few},
        "two": {"trajectories": few | {"resample_jobs": 2}, "privacy": "pseudonymise"},
        "many": {"trajectories": few | {"resample_jobs": 9}},
        "nothing": {"trajectories": {"bootstrap": 0, "permutations": 0, "resample_jobs": 9}},
        "unhealthy": {"trajectories": alone, "response": {"source": "none"}},
    }
    for name, changes in cases.items():
        path = small_study(place, study=name, **changes)
        if name == "unhealthy":
            config = yaml.safe_load(path.read_text("utf-8"))
            config["design"]["healthy"] = None
            path.write_text(yaml.safe_dump(config), encoding="utf-8")
        path.rename(place / f"{name}.yaml")
    found = snakemake(HOME, tmp_path, "--dry-run", "--config", f"studies={place}")
    text = found.stdout + found.stderr
    assert found.returncode == 0, text
    counts = {name: text.count(f"rule {name}_resamples:") for name in cases}
    assert counts == {"one": 0, "two": 2, "many": 2, "nothing": 0, "unhealthy": 0}


@pytest.mark.slow
def test_one_job_and_three_fill_the_same_folder(tmp_path):
    """All files, report and manifest too; and no share is left behind."""
    one, three = tmp_path / "one", tmp_path / "three"
    for folder, jobs in ((one, 1), (three, 3)):
        study(folder, bootstrap=40, resample_jobs=jobs)
        assert start(folder).wait() == 0, (folder / "out.txt").read_text("utf-8")[-3000:]
    assert files(one) == files(three)
    assert len(files(one)) > 100
    assert durations(three).keys() - durations(one).keys() == {"resamples"}
    logs = {path.name for path in (three / "results").rglob("*of3.log")}
    assert logs == {f"resamples_{part}of3.log" for part in (1, 2, 3)}
    assert planned(HOME, three, "--configfile", str(three / "study.yaml")) == set()
