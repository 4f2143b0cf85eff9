"""Names, sheets and sets are data: nothing in them is run, and no name leaves its folder."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import yaml

import small_study
from options import SCHEMA, load
from revertome.configuration import complete
from revertome.errors import StudyError
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.figures.style import encode
from revertome.modules.gmt import gene_sets
from revertome.report.page import page, picture
from revertome.source_data import build
from workflow.test_run import HOME

BUILT_IN = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
CODE = "__import__('os').system('touch ran')"
SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "x\n", "x\n../y", "a/b", "..", ".x", "", "~root", "$(id)", "x y"]
)
def test_a_study_cannot_be_named_out_of_its_folder(name):
    with pytest.raises(StudyError, match="configuration: study:"):
        complete(BUILT_IN | {"study": name}, SCHEMA)


@pytest.mark.parametrize("name", ["../x", "a/b", "x\n", "/x", "x.y", ""])
def test_a_contrast_of_the_study_names_no_file_elsewhere(name):
    custom = {"custom": {name: "change_all"}}
    with pytest.raises(StudyError, match=r"differential\.custom"):
        complete(BUILT_IN | {"differential": custom}, SCHEMA)


def test_a_contrast_is_no_python():
    with pytest.raises(StudyError, match=r"differential\.custom: x: "):
        complete(BUILT_IN | {"differential": {"custom": {"x": CODE}}}, SCHEMA)


@pytest.mark.parametrize("name", ["../../disk", "os", "zscore.__init__", "zscore\n"])
def test_a_score_is_one_of_those_shipped(name):
    with pytest.raises(StudyError, match="unknown score"):
        complete(BUILT_IN | {"modules": {"methods": [name]}}, SCHEMA)


@pytest.mark.parametrize("name", ["../limma", "os", "limma\n"])
def test_an_engine_is_one_of_those_shipped(name):
    with pytest.raises(StudyError, match="unknown engine"):
        complete(BUILT_IN | {"differential": {"engines": [name]}}, SCHEMA)


def test_an_accession_is_no_address():
    for accession in ("GSE1/../../x", "GSE1\n", "http://x/GSE1"):
        with pytest.raises(StudyError, match=r"intake\.accession"):
            complete(BUILT_IN | {"intake": {"source": "geo", "accession": accession}}, SCHEMA)


def sheet(folder, **columns):
    """Four pairs and four healthy samples with further columns; returns (intake, design)."""
    rows = [(f"P{i}{v}", f"P{i}", v, "patient") for i in range(4) for v in ("before", "after")]
    rows += [(f"H{i}", f"H{i}", "", "healthy") for i in range(4)]
    table = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group"]).assign(**columns)
    values = np.random.default_rng(2).normal(8, 1, (50, 12))
    matrix = pd.DataFrame(values, index=[f"G{i}" for i in range(50)], columns=table["sample"])
    matrix.to_csv(folder / "m.tsv", sep="\t", index_label="gene")
    table.to_csv(folder / "s.tsv", sep="\t", index=False)
    config = {"study": "x", "intake": {"source": "table", "matrix": str(folder / "m.tsv"),
              "samples": str(folder / "s.tsv"), "scale": "log2"}, "design": {"baseline": "before",
              "followup": "after"}, "trajectories": {"reverted_in": "all"}}  # fmt: skip
    full = complete(config, SCHEMA)
    return full["intake"], full["design"]


@pytest.mark.parametrize("text", ["=1+1", f"={CODE}", "=cmd|' /C calc'!A0", "@SUM(1)", CODE])
def test_a_formula_in_the_sheet_stays_text(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    study = load(*sheet(tmp_path, arm=[text, "b"] * 6, site=text))
    assert list(study.adata.obs["arm"].astype(str).unique()) in ([text, "b"], ["b", text])
    assert set(study.adata.obs["site"].astype(str)) == {text}
    assert not (tmp_path / "ran").exists()


def test_a_formula_where_a_number_belongs_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match="age"):
        load(*sheet(tmp_path, age=[f"={CODE}", *["9"] * 11]))
    assert not (tmp_path / "ran").exists()


def test_a_covariate_is_a_column_and_no_formula(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    intake, design = sheet(tmp_path, age="9")
    with pytest.raises(StudyError, match=r"covariate .* is not a column"):
        load(intake, design | {"covariates": [f"age + {CODE}"]})
    assert not (tmp_path / "ran").exists()


def test_a_module_may_have_any_name_and_is_no_path():
    lines = [f"{name}\tfrom nowhere\tIFI44\tIFIT1\tMX1" for name in ("../../x", SCRIPT, "=1+1")]
    assert list(gene_sets({"x.gmt": lines}, {})) == ["../../x", SCRIPT, "=1+1"]


class Tags(HTMLParser):
    """How often each tag and each attribute that runs code occurs."""

    def __init__(self, html):
        super().__init__()
        self.scripts, self.handlers = 0, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.handlers += [key for key, _ in attrs if key.startswith("on")]


def hostile(value):
    """Every gene, module, patient and sample of the made-up study under a hostile name."""
    if isinstance(value, dict):
        return {key: hostile(part) for key, part in value.items()}
    if not isinstance(value, pd.DataFrame):
        return value
    table = value.copy()
    for name in {"gene", "module", "patient", "sample", "arm", "note"} & set(table):
        table[name] = [f"{v}{SCRIPT}\"'&" if isinstance(v, str) else v for v in table[name]]
    return table


# Such names leave a figure no room where only a wide font is installed.
@pytest.mark.filterwarnings("ignore:constrained_layout not applied")
def test_nothing_in_a_name_runs_in_the_report():
    plain = small_study.results()
    spoilt = {k: v if k in ("expression", "labels") else hostile(v) for k, v in plain.items()}
    pages = []
    for found in (plain, spoilt):
        built = hostile({n: build(n, plain) for n in FIGURES}) if found is spoilt else {
            n: build(n, plain) for n in FIGURES}  # fmt: skip
        files = {
            name: {"svg": encode(draw(name, table), "svg"), "png": b"0" * 10**7, "pdf": b""}
            for name, table in built.items()
            if name in ("volcano", "genes")
        }
        pictures = [picture(name, built[name], files[name]) for name in files]
        pages.append(page(small_study.CONFIG, found, built, pictures, {}, small_study.said(SCRIPT)))
    first, second = map(Tags, pages)
    assert second.scripts == first.scripts
    assert second.handlers == first.handlers
    assert SCRIPT not in pages[1]
    assert re.search(r"&lt;script&gt;alert|\\u003cscript", pages[1])
