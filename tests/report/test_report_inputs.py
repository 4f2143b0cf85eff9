"""The report in short: what is read for it and what is written."""

from types import SimpleNamespace

import pandas as pd

import small_study
from disk import read_table, write_table
from headline_study import contrast
from report_inputs import read_contrasts, write_short
from revertome.report.page import page
from revertome.source_data import build

DESIGN = small_study.DESIGN | {"followup": ["week 4", "week 12"]}


def test_contrasts_of_all_visits_are_read_and_told_in_short(tmp_path):
    main = {"disease": contrast(3, 1), "change_all": contrast(0, 2)}
    earlier = {"disease": contrast(1, 0), "change_all": contrast(4, 0)}
    paths = {}
    for folder, tables in ((tmp_path, main), (tmp_path / "visits/week_4", earlier)):
        paths[folder] = [folder / f"differential/{name}.tsv" for name in tables]
        for path, table in zip(paths[folder], tables.values(), strict=True):
            write_table(table, path)
    own, other = paths.values()
    files = SimpleNamespace(contrasts=own, visit_contrasts=other)
    found = read_contrasts(files, ["week 4", "week 4"])
    assert list(found["visit_contrasts"]) == ["week 4"]
    assert list(found["visit_contrasts"]["week 4"]["change_all"]["logFC"]) == [2.0] * 4 + [0.1] * 4
    results = small_study.results() | found
    config = small_study.CONFIG | {"design": DESIGN}
    sources = {name: build(name, results) for name in ("flow", "interferon", "volcano")}
    names = ("headline.txt", "contrasts.tsv", "alarms.tsv")
    made = SimpleNamespace(**{n.split(".")[0]: tmp_path / "report" / n for n in names})
    write_short(config, results, sources, small_study.said("warned"), made)
    lines = made.headline.read_text("utf-8").split("\n")
    assert len(lines) == 5 and lines[-1] == ""
    assert lines[1].startswith(
        "Studied: 8 healthy people, 9 responders (8 with samples at baseline"
    )
    assert lines[3].startswith("15 genes that hardly differed from healthy change under treatment")
    counts = read_table(made.contrasts)
    assert counts[["contrast", "visit", "n_up", "n_down", "n_tested"]].to_numpy().tolist() == [
        ["disease", "before", 3, 1, 8],
        ["change_all", "week 12", 0, 2, 8],
        ["change_all", "week 4", 4, 0, 8],
    ]
    assert list(counts["leading_up"].fillna("")) == ["G1,G2,G3", "", "G1,G2,G3,G4"]
    assert list(read_table(made.alarms)["text"]) == ["warned"]
    html = page(
        config, results, sources, [], {}, pd.DataFrame(columns=["severity", "stage", "text"])
    )
    first, last = html.index(lines[0].replace("'", "&#39;")), html.index('id="tables"')
    assert html.index('<dl class="facts">') > first
    assert html.index('id="by-contrast"') < html.index('id="limits"') < html.index('id="figures"')
    assert html.index('id="table-contrasts"') < html.index('id="limits"')
    assert html.index('id="table-contrast_change_all"') > last
