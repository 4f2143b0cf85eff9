"""The page of patients in a real browser: found by name, sorted, drawn, and no error."""

import numpy as np
import pandas as pd
import pytest

import small_study
from browser import CHROMIUM, allowed, probed
from revertome.report import patients_page
from revertome.report.page import page
from revertome.source_data import build

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
WILD = {"R02": "<img src=x onerror=alert(1)>", "R03": "Jo Doe, 3", "R04": "=1+1", "N00": "GENE7",
        "R05": "Pat 1", "R06": "Pat 1 B", "R07": "__proto__", "R08": "L" * 400}  # fmt: skip
BEGIN = """
<script>
const frame = document.body.appendChild(document.createElement("iframe"));
frame.contentDocument.open();
(async () => {
  const seen = { errors: [] };
  addEventListener("error", (event) => seen.errors.push(event.message));
  addEventListener("securitypolicyviolation", (event) => seen.errors.push(event.blockedURI));
  const nap = () => new Promise((done) => setTimeout(done, 100));
  const until = async (holds) => { for (let i = 0; i < 100 && !holds(); i += 1) await nap(); };
  const typed = (id, text) => {
    const input = document.getElementById(id);
    input.value = text; input.dispatchEvent(new Event("input"));
    return [...document.querySelectorAll("#people .answer")]
      .map((line) => [line.textContent, line.querySelector("a").getAttribute("href")]);
  };
"""
END = """
  seen.wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  seen.asked = performance.getEntriesByType("resource").map((each) => each.name)
    .filter((name) => !/^(data|blob):/.test(name));
  const result = document.createElement("pre"); result.id = "seen";
  result.textContent = JSON.stringify(seen); document.body.append(result);
})().catch((error) => {
  const result = document.createElement("pre"); result.id = "seen";
  result.textContent = JSON.stringify({ failed: String(error.stack) });
  document.body.append(result);
}).finally(() => frame.contentDocument.close());
</script>
</body>"""
OWN = f"""{BEGIN}
  seen.found = Object.fromEntries(["0", "r00", "R-00", "does patient 0 still carry the signature?",
    "Jo Doe, 3", "=1+1", "r00 n01", "<img src=x onerror=alert(1)>", "patient 77", "zzz",
    "is Pat 1 B well?", "pat 1 b, pat 1", "__proto__", "constructor", "{"L" * 400}"]
    .map((text) => [text, typed("patient", text).map((line) => line[1])]));
  seen.told = typed("patient", "patient R00's")[0];
  typed("patient", "zzz"); seen.none = document.getElementById("sought").textContent;
  const table = document.getElementById("rows-patients");
  const head = [...table.tHead.rows[0].cells]
    .find((cell) => cell.dataset.id === "distance_z_followup");
  head.querySelector("button").click();
  seen.sorted = [...table.tBodies[0].rows]
    .map((row) => row.cells[head.cellIndex].dataset.sort).filter(Boolean).map(Number);
  seen.links = [...table.tBodies[0].rows].map((row) => [row.cells[0].textContent,
    document.querySelector(row.cells[0].querySelector("a").getAttribute("href")).querySelector("h3").textContent]);
  const last = [...document.querySelectorAll("article.patient")].at(-1);
  seen.before = last.querySelectorAll("svg").length;
  last.scrollIntoView(); await until(() => last.querySelector("svg"));
  const at = 1 + patients.people.findIndex(([name]) => name === "R00");
  const drawing = document.getElementById("patient-" + at);
  dispatchEvent(new Event("beforeprint"));
  seen.label = drawing.querySelector("svg").getAttribute("aria-label");
  seen.dots = [...drawing.querySelectorAll("circle.at")].length;
  seen.band = +drawing.querySelector(".band").getAttribute("width");
  seen.drawn = document.querySelectorAll("article.patient svg").length;
{END}"""
REPORT = f"""{BEGIN}
  seen.found = Object.fromEntries(["does patient 0 still carry the signature?", "R00", "patient 77"]
    .map((text) => [text, [typed("lookup", text), document.getElementById("looked").textContent,
      document.getElementById("near").textContent]]));
  typed("lookup", "R00");
  seen.rule = document.querySelector("#people .hint").textContent;
  seen.both = typed("lookup", "GENE7 GENE9 QQQQQQ").length;
  await until(() => document.querySelectorAll("#found .gene").length === 2);
  seen.genes = [...document.querySelectorAll("#found .gene h3")].map((head) => head.textContent);
  seen.near = document.getElementById("near").textContent;
{END}"""


def people_of(study):
    """Inputs of the page, in which some identifiers are hostile."""
    names = study["labels"]["patient"]
    joined = study["labels"].assign(arm=np.where(names.str[0] == "R", "drug", "placebo"))
    tables = {name: study[name] for name in ("scores", "distance", "samples")}
    tables |= {"joined": joined, "response": study["patients"], "obs": study["expression"].obs}
    tables["visits"] = pd.DataFrame(columns=["patient", "visit"])
    return {
        name: table.assign(patient=table["patient"].astype(str).replace(WILD))
        for name, table in tables.items()
    }


CONFIG = small_study.CONFIG | {"association": {"variables": []}}


@pytest.fixture(scope="module")
def made():
    study = small_study.results()
    scores = study["scores"]
    mine = scores["module"].eq("ISG6") & scores["patient"].eq("R00")
    study["scores"] = scores.assign(score=scores["score"].mask(mine, 3.0))
    people = people_of(study)
    return study, people, patients_page.gathered(CONFIG, people)


def looked_at(html, probe, folder, width=1280):
    path = folder / "patients.html"
    path.write_text(allowed(html, probe), encoding="utf-8")
    seen, said = probed(path, probe, width)
    assert "failed" not in seen, seen
    assert "CONSOLE" not in said
    assert (seen["errors"], seen["asked"], seen["wide"]) == ([], [], 0)
    return seen


@pytest.mark.parametrize("width", [1280, 500])
def test_a_patient_is_found_told_of_and_drawn(made, tmp_path, width):
    _, people, known = made
    seen = looked_at(patients_page.page(CONFIG, people, known), OWN, tmp_path, width)
    names = known.table["patient"].tolist()
    card = {name: f"#patient-{names.index(name) + 1}" for name in names}

    def names_at(place):
        return int(place.split("-")[1])

    zero = sorted((card["R00"], card["U00"]), key=names_at)
    assert seen["found"] == {
        "0": zero,
        "r00": [card["R00"]],
        "R-00": [card["R00"]],
        "does patient 0 still carry the signature?": zero,
        "Jo Doe, 3": [card["Jo Doe, 3"]],
        "=1+1": [card["=1+1"]],
        "r00 n01": [card["R00"], card["N01"]],
        "<img src=x onerror=alert(1)>": [card["<img src=x onerror=alert(1)>"]],
        "patient 77": [],
        "zzz": [],
        "is Pat 1 B well?": [card["Pat 1 B"]],
        "pat 1 b, pat 1": sorted((card["Pat 1"], card["Pat 1 B"]), key=names_at),
        "__proto__": [card["__proto__"]],
        "constructor": [],
        "L" * 400: [card["L" * 400]],
    }
    assert seen["told"][0].startswith("R00 (drug, responder) still carries the Interferon")
    assert seen["none"] == "0 found; not found: ZZZ"
    assert seen["sorted"] == sorted(seen["sorted"]) and len(seen["sorted"]) == 15
    assert all(row == head for row, head in seen["links"])
    assert (seen["before"], seen["drawn"]) == (0, len(names))
    assert seen["label"].startswith("R00: distance to health baseline ")
    assert "Interferon (6 genes) baseline 3.0, week 12 3.0;" in seen["label"]
    assert seen["dots"] == 2 * 9 and seen["band"] > 0


def test_the_report_answers_in_place(made, tmp_path):
    study, _, known = made
    sources = {name: build(name, study) for name in ("flow", "interferon", "volcano")}
    html = page(small_study.CONFIG, study | {"found": known.found}, sources, [], {},
                small_study.said())  # fmt: skip
    seen = looked_at(html, REPORT, tmp_path)
    answers, said, near = seen["found"]["does patient 0 still carry the signature?"]
    assert [link.split("#")[0] for _, link in answers] == ["patients.html"] * 2
    assert answers[0][0].startswith("R00 (drug, responder) still carries the Interferon (6 genes)")
    assert (said, near) == ("2 patients", "")
    assert seen["found"]["patient 77"] == [[], "no such patient in this study", ""]
    assert seen["rule"] == known.rule
    assert seen["both"] == 1  # a patient of the name of a gene
    assert seen["genes"] == ["GENE7", "GENE9"]
    assert seen["near"] == "QQQQQQ is not a gene of this study."


@pytest.mark.parametrize("size", [{"responders": 1, "nonresponders": 1}, {"responders": 150}])
def test_two_patients_and_many_fit_the_page(size, tmp_path):
    study = small_study.results(n_genes=60, **size)
    people = people_of(study)
    known = patients_page.gathered(CONFIG, people)
    html = patients_page.page(CONFIG, people, known)
    assert len(html) < 1_000_000
    count = f"{BEGIN} dispatchEvent(new Event('beforeprint'));" + (
        f"seen.drawn = document.querySelectorAll('article svg').length;{END}"
    )
    assert looked_at(html, count, tmp_path)["drawn"] == len(known.table)
