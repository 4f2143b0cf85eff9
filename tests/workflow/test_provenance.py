"""Results are what the manifest says: each job has a record, and what contradicts it is told."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from workflow.test_run import HOME

sys.path.append(str(HOME / "scripts"))
import contradictions
import manifest
import records
import run_record
from files import seen, sha256
from revertome.errors import PassingError, StudyError
from verify import main as verify_main
from verify import verify
from workflow import tampering
from workflow.interruption import command, files

CONFIG = {"study": "s", "title": "", "privacy": "none", "quality": {"exclude": "none", "seed": 3}}
DESIGN = {"baseline": "a", "followup": "b"}


class Params(dict):
    """Params by name, as Snakemake gives them."""

    def __getattr__(self, name):
        return self[name]


def job(folder, rule, reads=(), writes=(), config=CONFIG, **params):
    """What a script has as `snakemake`; paths are those of the study's folder unless absolute."""
    log = folder / "logs" / f"{rule}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(f"{rule} is done\n")
    for name in writes:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{rule} wrote {name}")
    return SimpleNamespace(
        log=[str(log)], config=config, params=Params(code=f"code of {rule}", **params),
        input=[str(folder / name) for name in reads], output=[str(folder / n) for n in writes],
    )  # fmt: skip


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Folder of a study of three jobs with records, and the job of its report, finished."""
    monkeypatch.chdir(tmp_path)
    Path("m.tsv").write_text("matrix")
    folder = Path("results/s")
    intake = job(folder, "intake", writes=["intake/raw.h5ad"], design=DESIGN)
    intake.input = ["m.tsv", str(HOME / "resources/aliases.tsv")]
    made = ["quality/samples.tsv", "quality/pca.tsv"]
    asked = {"quality": CONFIG["quality"], "design": DESIGN}
    quality = job(folder, "quality", ["intake/raw.h5ad"], made, **asked)
    for each in (intake, quality):
        records.write_record(each, records.now(), records.inputs_of(each))
    behind = {each.log[0]: records.wanted(each.params) for each in (intake, quality)}
    report = job(folder, "report", ["intake/raw.h5ad", "quality/samples.tsv"], ["report.html"],
                 config=CONFIG, behind=behind)  # fmt: skip
    report.params["config"] = CONFIG | {"design": DESIGN}
    report.output = Outputs(report.output, folder / "manifest.json")
    finish(report)
    return SimpleNamespace(folder=folder, report=report, intake=intake, quality=quality)


class Outputs(list):
    """Paths, of which the last is the manifest."""

    def __init__(self, paths, manifest):
        super().__init__([*paths, str(manifest)])
        self.manifest = str(manifest)


def finish(report):
    """Certify and record, as the report does."""
    found = manifest.agreeing(report, records.now())
    manifest.write_manifest(report, found)
    records.write_record(report, records.now(), records.inputs_of(report))


def test_a_record_holds_what_was_asked_read_and_written(study):
    found = records.read(study.quality.log[0])
    assert found["rule"] == "quality" and found["study"] == "s"
    assert found["params"] == {"quality": CONFIG["quality"], "design": DESIGN}
    raw = study.folder / "intake/raw.h5ad"
    assert found["inputs"] == {"intake/raw.h5ad": sha256(raw)}
    assert set(found["outputs"]) == {"quality/samples.tsv", "quality/pca.tsv"}
    assert found["log"] == sha256(study.quality.log[0])
    assert found["packages"]["pandas"] and found["host"] and found["code"] == "code of quality"
    assert list(records.read(study.intake.log[0])["inputs"]) == [
        "m.tsv", "workflow:resources/aliases.tsv",
    ]  # fmt: skip


def test_a_record_holds_what_the_job_and_its_children_took():
    before = records.used()
    child = "a = bytearray(300 * 2**20)\nfor _ in range(5 * 10**6): pass"
    subprocess.run([sys.executable, "-c", child], check=True)
    after = records.used()
    assert after["cpu_seconds"] > before["cpu_seconds"]
    assert after["max_rss_mb_of_a_child"] > 300
    assert after["max_rss_mb"] < before["max_rss_mb"] + 100  # of this process alone


def test_names_of_files_are_numbers_where_they_may_name_people(tmp_path):
    own = tmp_path / "Quagliozzi.tsv"
    own.write_text("x")
    hidden = CONFIG | {"privacy": "pseudonymise"}
    asked = job(tmp_path / "s", "modules", [own, "a.tsv"], config=hidden)
    (tmp_path / "s/a.tsv").write_text("y")
    assert list(records.record_of(asked, "")["inputs"]) == ["a.tsv", "modules:1"]


def test_params_of_the_intake_are_hidden_and_their_digest_needs_the_private_table(tmp_path):
    table = tmp_path / "codes.tsv"
    params = {"intake": {"exclude": {"Zyx": "haemolysed"}}, "private": str(table)}
    before = records.asked(params)
    table.write_text("patient\tZyx\tP0001\n")
    assert "Zyx" not in json.dumps(records.shown(params))
    assert len({before, records.asked(params), records.asked(params | {"intake": {}})}) == 3


def test_all_that_agrees_is_certified_and_verified(study):
    found = json.loads((study.folder / "manifest.json").read_text())
    assert list(found["rules"]) == ["intake", "quality", "report"]
    assert found["rules"]["quality"]["record"] == sha256(records.beside(study.quality.log[0]))
    assert set(found["results"]) == {
        "intake/raw.h5ad", "quality/samples.tsv", "quality/pca.tsv", "report.html",
    }  # fmt: skip
    assert set(found["inputs"]) == {"m.tsv", "workflow:resources/aliases.tsv"}
    assert verify(study.folder) == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda s: (s.folder / "quality/pca.tsv").unlink(), "quality: missing: quality/pca.tsv"),
        (lambda s: (s.folder / "quality/pca.tsv").write_text("x"),
         "quality: changed since the job wrote it: quality/pca.tsv"),
        (lambda s: Path(s.quality.log[0]).write_text(""), "its log quality.log is changed"),
        (lambda s: Path(s.quality.log[0]).unlink(), "quality: its log quality.log is missing"),
        (lambda s: records.beside(s.intake.log[0]).unlink(), "intake: it left no record"),
        (lambda s: records.beside(s.intake.log[0]).write_text("[]"), "intake: it left no record"),
        (lambda s: tampering.rewrite(records.beside(s.intake.log[0]), "study", "studies"),
         "intake: it left no record, or one that was edited"),
        (lambda s: tampering.change_json(records.beside(s.intake.log[0]),
                                         lambda r: r["packages"].update(numpy="9.9.9")),
         "intake: it left no record, or one that was edited"),
        (lambda s: remade(s.intake), "quality: it read another intake/raw.h5ad"),
    ],
)  # fmt: skip
def test_what_contradicts_a_record_is_not_certified_and_is_told(study, spoil, words):
    spoil(study)
    assert any(words in line for line in verify(study.folder))
    with pytest.raises(StudyError, match=r"no manifest is written") as error:
        finish(study.report)
    assert words in str(error.value)


def remade(each):
    """Run a job anew that gives another file."""
    Path(each.output[0]).write_text("another")
    records.write_record(each, records.now(), records.inputs_of(each))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"quality": {"exclude": "flagged", "seed": 3}},
         r"ran with other parameters \(quality.exclude: none then, flagged now\)"),
        ({"design": {**DESIGN, "covariates": ["batch"]}},
         r"ran with other parameters \(design.covariates: unset then, \['batch'\] now\)"),
        ({"code": "new"}, "ran with another version of the code"),
    ],
)  # fmt: skip
def test_what_is_asked_otherwise_now_is_not_certified(study, params, words):
    study.report.params["behind"][study.quality.log[0]] = records.wanted(
        study.quality.params | params
    )
    with pytest.raises(StudyError, match=rf"quality: it {words}"):
        finish(study.report)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m["config"]["quality"].update(seed=4), "quality.seed: 3 ran, 4 in the manifest"),
        (lambda m: m["seeds"].update({"quality.seed": 4}), "other seeds than its configuration"),
        (lambda m: m["results"].update({"report.html": "00"}), "other results than the records"),
        (lambda m: m["results"].pop("quality/pca.tsv"), "records: quality/pca.tsv"),
        (lambda m: m["inputs"].update({"m.tsv": "00"}), "other inputs than the records"),
        (lambda m: m["software"].update(numpy="9"), "other software than the records"),
        (lambda m: m["rules"]["quality"].update(code="00"), "the manifest names other code"),
        (lambda m: m["rules"]["quality"].update(record="00"), "not the one the manifest names"),
        (lambda m: m["rules"].pop("quality"), "records: quality/pca.tsv, quality/samples.tsv"),
        (lambda m: m.update(study="t"), "its record is of the study s"),
        (lambda m: m.pop("rules"), "written before jobs left records"),
        (lambda m: m.update(rules=["quality"]), "lacks rules"),
        (lambda m: m.update(rules={"quality": 3}), "lacks rules"),
        (lambda m: m.update(config=[]), "is no manifest of this workflow"),
    ],
)  # fmt: skip
def test_a_manifest_and_the_record_of_the_report_edited_alike_are_found(study, change, words):
    path = study.folder / "manifest.json"
    tampering.change_json(path, change)
    own = records.beside(study.report.log[0])
    tampering.change_record(own, lambda r: r["outputs"].update({"manifest.json": sha256(path)}))
    assert any(words in line for line in verify(study.folder)), verify(study.folder)


def test_names_in_a_received_record_lead_out_of_no_folder_and_write_no_escapes(study):
    Path("secret").write_text("x")
    own = records.beside(study.report.log[0])
    names = {"../../secret": "0", "/etc/hostname": "0", "a\x1b[31m": None}
    tampering.change_record(own, lambda r: r["outputs"].update(names))
    (line,) = [line for line in verify(study.folder) if line.startswith("  report:")]
    assert "outside the folder: ../../secret, /etc/hostname" in line
    assert "missing: a?[31m" in line


def test_values_of_a_sheet_may_be_numbers_and_words():
    one = {"intake": {"values": {0: "healthy", "yes": "patient", 2.5: None, True: "b"}}}
    other = {"intake": {"values": {"yes": "patient", 2.5: None, True: "b", 0: "healthy"}}}
    assert records.asked(one) == records.asked(other) != records.asked({})
    assert records.shown(one)["intake"]["values"]["0"] == "healthy"


def test_what_was_fetched_is_among_the_inputs(study, monkeypatch):
    monkeypatch.setitem(records.FETCHED, "GSE1_series_matrix.txt.gz", "ab")
    records.write_record(study.intake, records.now(), records.inputs_of(study.intake))
    monkeypatch.delitem(records.FETCHED, "GSE1_series_matrix.txt.gz")
    finish(study.report)
    found = json.loads((study.folder / "manifest.json").read_text())
    assert found["inputs"]["fetched:GSE1_series_matrix.txt.gz"] == "ab"
    assert verify(study.folder) == []


def test_another_machine_has_other_files_under_the_same_path(study, tmp_path):
    mine = tmp_path / "m.tsv"
    study.intake.input = [str(mine)]
    records.write_record(study.intake, records.now(), records.inputs_of(study.intake))
    finish(study.report)
    mine.write_text("of somebody else")
    assert verify(study.folder) == []
    run = replace(run_record.this_run(tmp_path), host="elsewhere")
    run_record.write(run, study.folder / "logs/run.json")
    assert verify(study.folder) == []
    run_record.write(run_record.this_run(tmp_path), study.folder / "logs/run.json")
    assert f"is of other inputs than there are now: {mine}" in verify(study.folder)[-1]


def test_a_folder_in_it_may_be_a_link(study, tmp_path):
    (study.folder / "quality").rename(tmp_path / "elsewhere")
    (study.folder / "quality").symlink_to(tmp_path / "elsewhere")
    assert verify(study.folder) == []
    (tmp_path / "elsewhere/pca.tsv").write_text("x")
    assert "changed since the job wrote it: quality/pca.tsv" in verify(study.folder)[-1]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: Path("m.tsv").write_text("edited"),
        lambda: Path("m.tsv").unlink(),
        lambda: (Path("m.tsv").unlink(), Path("m.tsv").symlink_to(HOME / "README.md")),
    ],
)
def test_an_input_changed_under_a_job_leaves_no_record(study, spoil):
    before, kept = records.inputs_of(study.intake), records.read(study.intake.log[0])
    spoil()
    with pytest.raises(PassingError, match=r"^intake: what it reads was changed .*m\.tsv"):
        records.write_record(study.intake, records.now(), before)
    assert records.read(study.intake.log[0]) == kept


def test_files_of_nobody_are_told_and_not_certified(study):
    (study.folder / ".DS_Store").write_text("of a program that shows folders")
    assert verify(study.folder) == []
    (study.folder / "quality/old.tsv").write_text("x")
    assert "made by no job of this study: quality/old.tsv" in verify(study.folder)[-1]
    with pytest.warns(UserWarning, match=r"files of no job of this study.*quality/old\.tsv"):
        finish(study.report)
    assert "quality/old.tsv" not in (study.folder / "manifest.json").read_text()


def test_odd_files_in_a_received_folder_are_told_and_keep_nobody_waiting(study):
    """Links to each other or out of the folder, and pipes."""
    record, out = records.beside(study.report.log[0]), study.folder / "out"
    (*_, name) = records.read(study.report.log[0])["outputs"]
    for path, put in (
        (study.folder / name, lambda p: p.symlink_to(p.name)),
        (study.folder / name, os.mkfifo),
        (study.folder / "logs/run.json", os.mkfifo),
        (out, lambda p: p.symlink_to(Path("..").absolute())),
    ):
        path.unlink(missing_ok=True)
        put(path)
    told = "\n".join(verify(study.folder))
    assert f"missing: {name}" in told
    assert "made by no job of this study: out" in told
    record.unlink()
    os.mkfifo(record)
    assert "report: it left no record" in "\n".join(verify(study.folder))


def test_files_of_others_that_are_closed_are_told(study, monkeypatch, capsys):
    (*_, name) = records.read(study.report.log[0])["outputs"]
    read = contradictions.seen
    monkeypatch.setattr(contradictions, "seen", lambda p: "" if Path(p).name == name else read(p))
    assert f"cannot be read, have their owner let you: {name}" in "\n".join(verify(study.folder))

    def closed(*_):
        raise PermissionError(13, "Permission denied", str(study.folder))

    monkeypatch.setattr("files.sha256", closed)
    assert seen(study.folder) is None
    assert seen(study.folder / name) == ""
    monkeypatch.setattr("verify.verify", closed)
    monkeypatch.setattr(sys, "argv", ["verify.py", str(study.folder)])
    assert verify_main() == 1
    assert "cannot be verified: " in capsys.readouterr().out


def test_a_folder_without_a_study_is_told(tmp_path):
    assert verify(tmp_path) == [f"{tmp_path}: no manifest.json: no study is finished here"]
    (tmp_path / "manifest.json").write_text("{half")
    assert verify(tmp_path)[1] == "  manifest.json: cannot be read"


def test_shares_of_the_resamples_are_gone_and_bear_out_what_read_them(tmp_path):
    share = job(tmp_path, "resamples_1of2", [], ["t/1of2.tsv"], temporary=True, share={"part": 1})
    records.write_record(share, records.now(), {})
    made = records.read(share.log[0])
    (tmp_path / "t/1of2.tsv").unlink()
    assert list(contradictions.of_files(made, tmp_path)) == []
    assert "share" not in made["params"]
    assert made["asked"] == records.wanted({"temporary": True})["asked"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    root = tmp_path_factory.mktemp("spoil")
    tampering.base(root / "whole")
    shutil.copytree(root / "whole", root / "other")  # where only another run can be told from it,
    for path in (root / "other/results").rglob("*.[!j]*"):  # one with other files will do
        if path.is_file():
            path.write_bytes(path.read_bytes() + b"\n")
    return root


@pytest.mark.slow
def test_verify_tells_each_way_to_spoil_a_study(finished):
    assert verify(finished / "whole" / tampering.RESULTS) == []
    silent = [
        name
        for name in tampering.WAYS
        if not verify(next((tampering.spoilt(name, finished) / "results").iterdir()))
    ]
    assert set(silent) == tampering.ASKED_ANEW


@pytest.mark.slow
def test_the_same_command_makes_again_what_was_spoilt(finished):
    folder = tampering.spoilt("a picture deleted", finished)
    tampering.rewrite(folder / tampering.RESULTS / "report.html", "responders", "patients")
    done = tampering.run(folder)
    assert done.returncode == 0
    assert "figures: missing: figures/heatmap.pdf" in tampering.told(done.stdout)
    assert "report: changed since the job wrote it: report.html" in tampering.told(done.stdout)
    assert files(folder) == files(finished / "whole")
    assert verify(folder / tampering.RESULTS) == []


@pytest.mark.slow
def test_a_seed_is_not_certified_for_files_of_another(finished):
    """Snakemake has lost its metadata, as after a kill in a cluster."""
    folder = tampering.spoilt("a seed where snakemake knows nothing", finished)
    line = command(folder, "-n")
    plan = subprocess.run(line, capture_output=True, text=True, check=True)
    said = tampering.told(plan.stderr)
    words = "it ran with other parameters (intake.simulate.seed: 17590 then, 4711 now)"
    assert said.startswith(f"intake: {words}; report: ")
    assert "rule intake:" in plan.stdout + plan.stderr


@pytest.mark.slow
def test_a_comparison_rests_on_all_that_is_behind_it(finished):
    folder = finished / "compared"
    shutil.copytree(finished / "whole", folder)
    tampering.rewrite(
        folder / tampering.RESULTS / "logs/run.json", str(finished / "whole"), str(folder)
    )
    other = str(finished / "whole" / tampering.RESULTS)
    tampering.config(folder, lambda study: study.update(compare={"first": other}))
    tampering.config(folder, lambda study: study["intake"]["simulate"].update(seed=4711))
    done = tampering.run(folder)
    assert done.returncode == 0, done.stdout[-3000:]
    result = folder / tampering.RESULTS
    assert verify(result) == []
    rules = json.loads((result / "compare/manifest.json").read_text("utf-8"))["rules"]
    assert {"intake", "differential", "compare", "compare_report"} <= set(rules)
