"""A study of CEL files from the folder to the report."""

import json

import pytest
import yaml

from affymetrix import arrays, cdf_text, cel_text, layout
from workflow.test_run import HOME, snakemake

STUDY = {
    "study": "raw",
    "intake": {
        "source": "cel", "matrix": "arrays", "cdf": "chip.cdf", "samples": "samples.tsv",
        "annotation": {"path": "symbols.tsv", "id": "id", "symbol": "symbol"},
    },
    "design": {"baseline": "before", "followup": "after", "healthy": "healthy"},
    "response": {"source": "none"},
    "trajectories": {
        "reverted_in": "all", "induced_in": "all", "bootstrap": 100, "permutations": 20,
    },
    "modules": {"permutations": 100},
}  # fmt: skip


@pytest.mark.slow
def test_cel_files_to_report(tmp_path):
    """Twenty arrays, 7 pairs and 6 healthy; the manifest lists every CEL file by its own sum."""
    (tmp_path / "arrays").mkdir()
    (tmp_path / "chip.cdf").write_bytes(cdf_text())
    lines = ["sample\tpatient\tvisit\tgroup"]
    for i, intensity in enumerate(arrays(20)):
        (tmp_path / "arrays" / f"s{i:02d}.CEL").write_bytes(cel_text(intensity))
        pair = f"P{i // 2}\t{('before', 'after')[i % 2]}\tpatient"
        lines.append(f"s{i:02d}\t{pair if i < 14 else f'H{i}{chr(9)}{chr(9)}healthy'}")
    (tmp_path / "samples.tsv").write_text("\n".join(lines) + "\n")
    known = (HOME / "resources" / "genes.tsv").read_text().splitlines()[1:]
    pairs = zip(layout(), (line.split("\t")[0] for line in known), strict=False)
    symbols = "".join(f"{probe}\t{symbol}\n" for probe, symbol in pairs)
    (tmp_path / "symbols.tsv").write_text(f"id\tsymbol\n{symbols}")
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(STUDY))
    found = snakemake(HOME, tmp_path, "--configfile", str(tmp_path / "study.yaml"))
    assert found.returncode == 0, found.stdout + found.stderr
    results = tmp_path / "results" / "raw"
    manifest = json.loads((results / "manifest.json").read_text())
    sums = [name for name in manifest["inputs"] if name.endswith(".CEL")]
    assert len(sums) == len(set(sums)) == 20
    page = (results / "report.html").read_text()
    assert "robust multi-array average (RMA: background" in page
    assert "Irizarry RA et al." in page
    log = (results / "logs" / "normalise.log").read_text()
    assert "log2: RMA of 20 arrays, layout chip.cdf" in log
