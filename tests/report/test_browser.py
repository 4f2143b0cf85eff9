"""The report in a real browser, without network: sort, filter, look up, enlarge, no error."""

import json
import re
import shutil
import subprocess

import pytest

import small_study
from confined import hashed
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.figures.style import encode
from revertome.report.page import page, picture
from revertome.source_data import build

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
CLOSED = [
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--no-sandbox",
]
# Runs after the report's own script and writes what it saw into the page. Chromium prints the
# page once it has loaded, which a frame left open puts off until the probe has ended.
PROBE = """
<script>
const frame = document.body.appendChild(document.createElement("iframe"));
frame.contentDocument.open();
(async () => {
  const seen = { errors: [] };
  addEventListener("error", (event) => seen.errors.push(event.message));
  addEventListener("securitypolicyviolation", (event) => seen.errors.push(event.blockedURI));
  const nap = () => new Promise((done) => setTimeout(done, 150));
  const type = (input, text) => { input.value = text; input.dispatchEvent(new Event("input")); };
  const table = document.getElementById("rows-reverted");
  const head = table.tHead.rows[0].cells[1];
  const values = () => [...table.tBodies[0].rows].map((row) => +row.cells[1].dataset.sort);
  head.querySelector("button").click(); await nap();
  seen.up = [head.getAttribute("aria-sort"), values()];
  head.querySelector("button").click(); await nap();
  seen.down = [head.getAttribute("aria-sort"), values()];
  type(document.querySelector("[data-filter=rows-reverted]"), "GENE12");
  const shown = [...table.tBodies[0].rows].filter((row) => !row.hidden);
  seen.filtered = shown.map((row) => row.cells[0].textContent);
  let file; const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => { file = blob; return make.call(URL, blob); };
  document.querySelector("[data-csv=rows-reverted]").click();
  seen.csv = await file.text();
  type(document.getElementById("lookup"), "gene7");
  const found = [...document.getElementById("found").tBodies[0].rows];
  seen.looked = found.map((row) => row.cells[0].textContent);
  document.querySelector("#volcano .zoom").click();
  const dialog = document.querySelector("dialog"), image = dialog.querySelector("img");
  seen.open = dialog.open; seen.alt = image.alt; await nap();
  seen.small = image.getBoundingClientRect().width;
  dialog.querySelector(".size").click();
  seen.large = image.getBoundingClientRect().width;
  dialog.querySelector(".close").click();
  seen.closed = !dialog.open;
  seen.wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  seen.asked = performance.getEntriesByType("resource").map((each) => each.name)
    .filter((name) => !/^(data|blob):/.test(name));
  const result = document.createElement("pre"); result.id = "seen";
  result.textContent = JSON.stringify(seen); document.body.append(result);
})().finally(() => frame.contentDocument.close());
</script>
</body>"""
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
PROBED = " ".join(
    hashed(script) for script in re.findall(r"<script>(.*?)</script>", PROBE + WATCH + JUDGE, re.S)
)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    study = small_study.results()
    sources = {name: build(name, study) for name in FIGURES}
    pictures = [
        picture(name, source, {"svg": encode(draw(name, source), "svg"), "png": b"0" * 10**7})
        for name, source in sources.items()
    ]
    html = page(small_study.CONFIG, study, sources, pictures, {"numpy": "2.0"}, small_study.said())
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html.replace("script-src", f"script-src {PROBED}"), encoding="utf-8")
    return path


def probed(path, probe, width=1280):
    """What a probe saw in the page, and what the browser said; the page stays as it is."""
    html = path.read_text(encoding="utf-8").replace("</body>", probe)
    path = path.with_name("probed.html")
    path.write_text(html, encoding="utf-8")
    command = [CHROMIUM, "--headless", "--disable-gpu", *CLOSED, f"--window-size={width},900"]
    command += ["--enable-logging=stderr", "--dump-dom", path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'<pre id="seen">(.*?)</pre>', done.stdout, re.S)
    assert found, "the probe did not end"
    text = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return json.loads(text), done.stderr


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("width", [1280, 500])
def test_report_works_in_a_browser_without_network(report, width):
    seen, said = probed(report, PROBE, width)
    assert "CONSOLE" not in said
    assert (seen["errors"], seen["asked"]) == ([], [])
    assert seen["up"] == ["ascending", sorted(seen["up"][1])]
    assert seen["down"] == ["descending", sorted(seen["down"][1], reverse=True)]
    assert len(seen["up"][1]) == 36
    assert seen["filtered"] == ["GENE12"]
    assert len(seen["csv"].strip().splitlines()) == 2
    assert seen["csv"].splitlines()[1].startswith("GENE12,")
    assert seen["looked"][0] == "GENE7"
    assert all(name.startswith("GENE7") for name in seen["looked"])
    assert seen["open"] and seen["closed"]
    assert seen["alt"].startswith("Volcano plot.")
    assert seen["large"] >= max(1900, seen["small"])
    assert seen["wide"] == 0


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_what_came_in_as_markup_neither_runs_nor_asks(report):
    seen, _ = probed(report, WATCH + INTRUDERS + JUDGE)
    assert sorted(seen["blocked"]) == ["img-src", "script-src-attr", "script-src-elem",
                                       "style-src-attr"]  # fmt: skip
    assert seen["title"] != "ran"
    assert seen["shown"] == "block"
