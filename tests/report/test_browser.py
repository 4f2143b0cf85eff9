"""The report in a real browser, without network: sort, filter, look up, enlarge, no error."""

import re
from pathlib import Path

import numpy as np
import pytest

import small_study
from browser import CHROMIUM, allowed, probed
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.figures.style import encode
from revertome.report import explore
from revertome.report.page import page, picture
from revertome.source_data import build

PROBE = Path(__file__).with_name("browser_probe.js").read_text("utf-8")
PROBE = f"<script>\n{PROBE}</script>\n</body>"
# A text of a study that came into the page as markup, in four ways.
INTRUDERS = """
<script>document.title = "ran"</script>
<img src="data:," onerror="document.title = 'ran'">
<img src="https://example.org/patients.png">
<p id="styled" style="display: none">x</p>
"""
WATCH = """
<script>
const seen = { blocked: [] };
addEventListener("securitypolicyviolation", (event) =>
  seen.blocked.push(event.effectiveDirective));
</script>
"""
DRAWN = """
<script>
const frame = document.body.appendChild(document.createElement("iframe"));
frame.contentDocument.open();
const typed = document.getElementById("lookup");
typed.value = "GENE7"; typed.dispatchEvent(new Event("input"));
setTimeout(() => {
  const found = document.getElementById("found"), result = document.createElement("pre");
  result.id = "seen";
  result.textContent = JSON.stringify({ circles: found.querySelectorAll("circle").length,
    panels: [...found.querySelectorAll("svg")].map((svg) => svg.getAttribute("aria-label")),
    said: found.textContent });
  document.body.append(result); frame.contentDocument.close();
}, 500);
</script>
</body>"""
JUDGE = """
<script>
const frame = document.body.appendChild(document.createElement("iframe"));
frame.contentDocument.open();
setTimeout(() => {
  seen.title = document.title;
  seen.shown = getComputedStyle(document.getElementById("styled")).display;
  const result = document.createElement("pre"); result.id = "seen";
  result.textContent = JSON.stringify(seen); document.body.append(result);
  frame.contentDocument.close();
}, 500);
</script>
</body>"""
NAMES = {1: "IL6", 2: "PPIL6", 4: "IL6R", 5: "TLR2"}  # all in the reverted set


@pytest.fixture(scope="module")
def study():
    """Genes of which some are called like others, and one had another name."""
    study = small_study.results()
    names = {f"GENE{i}": name for i, name in NAMES.items()}
    study["genes"]["gene"] = study["genes"]["gene"].replace(names)
    study["expression"].var_names = study["genes"]["gene"].tolist()
    study["contrasts"] = {
        name: table.assign(gene=table["gene"].replace(names))
        for name, table in study["contrasts"].items()
    }
    sets = {"Cycle": ["GENE30", "IL6", "NOWHERE"], "Empty": ["NOWHERE"]}
    sets["Wide"] = [f"GENE{i}" for i in range(40, 45)]
    return study | {"aliases": {"OLD7": "GENE7", "IFNB2": "IL6"}, "gene_sets": sets}


@pytest.fixture(scope="module")
def report(study, tmp_path_factory):
    sources = {name: build(name, study) for name in FIGURES}
    pictures = [
        picture(name, source, {"svg": encode(draw(name, source), "svg"), "png": b"0" * 10**7})
        for name, source in sources.items()
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explore, "MEMBERS", 4)  # fewer than one of the modules has
        told = {"numpy": "2.0"}
        html = page(small_study.CONFIG, study, sources, pictures, told, small_study.said())
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(allowed(html, PROBE, WATCH, DRAWN, JUDGE), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=[1280, 500])
def seen(report, request):
    """What a reader sees of the page, without network, on a desk and on a telephone."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    seen, said = probed(report, PROBE, request.param)
    assert "failed" not in seen, seen
    assert "CONSOLE" not in said
    assert (seen["errors"], seen["asked"]) == ([], [])
    return seen | {"width": request.param}


@pytest.mark.slow
def test_tables_sort_and_say_what_columns_mean(seen):
    assert seen["up"] == ["ascending", sorted(seen["up"][1])]
    assert seen["down"] == ["descending", sorted(seen["down"][1], reverse=True)]
    assert len(seen["up"][1]) == 36
    assert seen["sorted"] == "Sorted by disease (log2), largest first"
    assert seen["meaning"] == f"disease (log2): {seen['described']}"
    assert seen["described"].startswith("patients at baseline - healthy")


@pytest.mark.slow
def test_the_filter_finds_genes_exactly_and_other_words_in_part(seen):
    found = seen["filtered"]
    assert found["GENE12"] == ["GENE12"]
    assert found["gene12 GENE3"] == ["GENE12", "GENE3"]
    assert found["OLD7"] == ["GENE7"]
    assert found["IL6"] == ["IL6"]
    assert found["IL6 TLR2"] == ["IL6", "TLR2"]
    assert found["PPIL"] == ["PPIL6"]
    assert found["ENE"] == found["zzz"] == found["GENE299"] == []
    assert seen["none"] == "0 of 36 rows; not among them: GENE299"
    assert seen["two"] == "2 of 36 rows"


@pytest.mark.slow
def test_columns_are_chosen_and_the_download_has_all_as_in_the_file(seen, study):
    assert seen["hidden"] == [1, 1]
    assert seen["shown"] == 0
    head, row = (line.split(",") for line in seen["csv"].strip().splitlines())
    assert head[:3] == ["gene", "disease", "change"]
    gene = study["genes"].set_index("gene").loc["GENE12"]
    told = dict(zip(head, row, strict=True))
    assert told["gene"] == "GENE12"
    assert [float(told[name]) for name in ("disease", "change", "adj_p_reverted")] == [
        gene["disease"],
        gene["change"],
        gene["adj_p_reverted"],
    ]
    assert seen["frozen"] == [1, 1]


@pytest.mark.slow
def test_a_gene_is_found_by_its_former_name_told_of_and_drawn(seen, study):
    assert seen["cards"] == ["GENE7 (looked up as OLD7)", "GENE9"]
    assert seen["said"] == "2 found"
    gene = study["genes"].set_index("gene").loc["GENE7"]
    assert seen["facts"]["class"] == "reverted"
    assert float(seen["facts"]["disease (log2)"]) == pytest.approx(gene["disease"], abs=0.0051)
    rows = {row[0]: row[1:] for row in seen["contrasts"]}
    assert list(rows) == ["patients against healthy people", "change in responders"]
    table = study["contrasts"]["disease"].set_index("gene").loc["GENE7"]
    estimate, interval, p, adjusted = rows["patients against healthy people"]
    assert float(estimate) == pytest.approx(table["logFC"], abs=0.0051)
    ends = [float(end) for end in interval.split(" to ")]
    assert ends == pytest.approx([table["CI.L"], table["CI.R"]], abs=0.0051)
    assert float(p) == pytest.approx(table["P.Value"], rel=0.06)
    assert float(adjusted) == pytest.approx(table["adj.P.Val"], rel=0.06)
    x = study["expression"].to_df()["GENE7"]
    obs = study["expression"].obs
    mine = x[obs["patient"].str.startswith("R") & (obs["visit"] == "before")]
    label, circles, lines, bands, wide = seen["panels"][0]
    assert label.startswith(f"GENE7, responders: medians baseline {np.median(mine):.2f}")
    assert (circles, lines, bands, wide) == (17, 8, 1, True)
    assert [panel[1] for panel in seen["panels"]] == [17, 10, 4]
    assert seen["drawn"].startswith("Each point is a sample")


@pytest.mark.slow
def test_what_is_not_found_is_said_with_what_is_near(seen):
    assert len(seen["near"]) == 2
    assert seen["near"][0].startswith("GENE-7 is not a gene of this study. Near it: ")
    assert "GENE7" in seen["near"][0]
    assert seen["near"][1] == "QQQQQQ is not a gene of this study."
    assert seen["mended"] == "GENE7 GENE22 QQQQQQ"
    assert seen["after"] == "2 found; not found: QQQQQQ"


@pytest.mark.slow
def test_the_plot_tells_of_a_gene_under_the_pointer_and_draws_it_on_a_click(seen, study):
    assert seen["planes"] == [
        "disease and change of every gene",
        "patients against healthy people",
        "change in responders",
        "samples by principal components",
    ]
    gene = study["genes"].set_index("gene")["change"].idxmax()
    row = study["genes"].set_index("gene").loc[gene]
    assert seen["highest"] == gene
    change = f"{row['change']:.2f}".replace("-", "−")
    assert seen["tip"].startswith(f"{gene} class {row['class']}, disease (log2) ")
    assert f", change (log2) {change}" in seen["tip"]
    assert seen["clicked"][:2] == [gene, gene]
    assert seen["clicked"][2].endswith("Drawn below.")
    assert seen["links"][0] == ["Genes reverted", "#table-reverted"]
    assert seen["rows"] == [gene]


@pytest.mark.slow
def test_the_plot_is_reached_by_the_keyboard_and_marks_modules(seen, study):
    furthest = study["genes"].set_index("gene")["change"].abs().idxmax()
    assert seen["home"].startswith(f"{furthest}: class ")
    assert len({furthest, *seen["stations"]}) >= 3
    assert seen["added"].split() == [seen["highest"], seen["stations"][-1]]
    assert "module: Cycle" in seen["marks"] and "module: Empty" not in seen["marks"]
    assert seen["marks"][-1] == "1 further module without room in this page"
    assert set(seen["module"]) == {"GENE30", "IL6", *seen["added"].split()}
    assert seen["repainted"] and seen["zoomed"] and seen["unzoomed"]
    assert re.fullmatch(r"\S+: .+: PC1 −?[\d.]+, PC2 −?[\d.]+", seen["sample"])
    assert seen["untouched"] == seen["added"]


@pytest.mark.slow
def test_figures_enlarge_and_the_page_stays_within_the_window(seen):
    assert seen["open"] and seen["closed"]
    assert seen["alt"].startswith("Volcano plot.")
    assert seen["large"] >= max(1900, seen["small"])
    assert seen["wide"] == 0


@pytest.mark.slow
def test_contents_stay_on_a_desk_and_fold_on_a_telephone(seen):
    desk = seen["width"] == 1280
    assert seen["contents"] == seen["beside"] == desk
    assert seen["stays"]
    assert seen["here"] == "Tables"


@pytest.mark.slow
def test_no_stop_of_the_keyboard_is_double_and_the_configuration_is_printed(seen):
    assert (seen["doubles"], seen["twice"]) == (0, 0)
    assert seen["printed"] and seen["folded"]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_few_people_are_drawn_as_groups(study, tmp_path):
    config = small_study.CONFIG | {"suppress_below": 6}
    html = page(config, study, {n: build(n, study) for n in ("flow", "interferon", "volcano")},
                [], {}, small_study.said())  # fmt: skip
    path = tmp_path / "report.html"
    path.write_text(allowed(html, PROBE, WATCH, DRAWN, JUDGE), encoding="utf-8")
    seen, said = probed(path, DRAWN)
    assert "CONSOLE" not in said
    assert seen["circles"] == 0
    assert [panel.split(":")[0] for panel in seen["panels"]] == ["GENE7, responders"]
    assert "of at least 6 people each; others are withheld" in seen["said"]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_what_came_in_as_markup_neither_runs_nor_asks(report):
    seen, _ = probed(report, WATCH + INTRUDERS + JUDGE)
    assert sorted(seen["blocked"]) == ["img-src", "script-src-attr", "script-src-elem",
                                       "style-src-attr"]  # fmt: skip
    assert seen["title"] != "ran"
    assert seen["shown"] == "block"
