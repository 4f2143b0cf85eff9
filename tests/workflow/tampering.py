"""Spoil a finished study in many ways; each is told, and made again or refused.

    python tests/workflow/tampering.py --out tampering.tsv

One small study is run. Each way spoils a copy of its working folder; then `verify` is asked, and
the same command is given again. What counts: `verify` names it, and the command either stops in
words or gives the files of the undisturbed run again, byte for byte.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

sys.path.extend([str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")])

from files import sha256
from records import seal
from workflow.interruption import HOME, TIMED, command, files, study

NAME = "killed"  # of the study
RESULTS = f"results/{NAME}"
WAYS: dict[str, Callable[[Path], None]] = {}


def way(spoil: Callable[[Path], None]) -> Callable[[Path], None]:
    """Register a way to spoil a working folder, under its name as words."""
    WAYS[spoil.__name__.replace("_", " ")] = spoil
    return spoil


def rewrite(path: Path, old: str, new: str) -> None:
    """Change a text and keep its date."""
    dates, text = path.stat(), path.read_text("utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    os.utime(path, ns=(dates.st_atime_ns, dates.st_mtime_ns))


def config(folder: Path, change: Callable[[dict], object]) -> None:
    """Change the study file."""
    path = folder / "study.yaml"
    found = yaml.safe_load(path.read_text("utf-8"))
    change(found)
    path.write_text(yaml.safe_dump(found), encoding="utf-8")


def record(folder: Path, rule: str) -> Path:
    return folder / RESULTS / f"logs/{rule}.record.json"


def change_json(path: Path, change: Callable[[dict], object]) -> None:
    found = json.loads(path.read_text("utf-8"))
    change(found)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def forget(folder: Path) -> None:
    """Remove all that Snakemake knows of the run."""
    shutil.rmtree(folder / ".snakemake/metadata")


def change_record(path: Path, change: Callable[[dict], object]) -> None:
    """Change a record as somebody would who knows how it is sealed."""

    def sealed(found: dict) -> None:
        change(found)
        found["seal"] = seal(found)

    change_json(path, sealed)


@way
def a_value_of_a_table(folder: Path) -> None:
    table = folder / RESULTS / "quality/samples.tsv"
    number = re.search(r"\d\.(\d{6,})", table.read_text("utf-8")).group()
    rewrite(table, number, f"{float(number) + 0.5:.4f}")


@way
def a_class_of_a_gene(folder: Path) -> None:
    rewrite(folder / RESULTS / "trajectories/genes.tsv", "unresolved", "reverted")


@way
def a_word_of_the_report(folder: Path) -> None:
    rewrite(folder / RESULTS / "report.html", "responders", "patients")


@way
def a_picture_drawn_over(folder: Path) -> None:
    rewrite(folder / RESULTS / "figures/volcano.svg", "<g ", "<g  ")


@way
def a_picture_deleted(folder: Path) -> None:
    (folder / RESULTS / "figures/heatmap.pdf").unlink()


@way
def the_expression_deleted(folder: Path) -> None:
    (folder / RESULTS / "normalise/expression.h5ad").unlink()


@way
def two_pictures_swapped(folder: Path) -> None:
    one, two = (folder / RESULTS / f"figures/{name}.png" for name in ("pca", "volcano"))
    kept = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(kept)


@way
def a_table_renamed(folder: Path) -> None:
    table = folder / RESULTS / "differential/change_all.tsv"
    table.rename(table.with_name("change_everyone.tsv"))


@way
def a_table_of_another_run(folder: Path) -> None:
    other = (folder.parent / "other" / RESULTS / "modules/tests.tsv").read_bytes()
    (folder / RESULTS / "modules/tests.tsv").write_bytes(other)


@way
def a_stage_and_its_record_of_another_run(folder: Path) -> None:
    other = folder.parent / "other" / RESULTS
    for part in ("normalise/expression.h5ad", "logs/normalise.record.json", "logs/normalise.log"):
        shutil.copy(other / part, folder / RESULTS / part)


@way
def all_of_another_run_but_the_manifest(folder: Path) -> None:
    kept = (folder / RESULTS / "manifest.json").read_bytes()
    shutil.rmtree(folder / RESULTS)
    shutil.copytree(folder.parent / "other" / RESULTS, folder / RESULTS)
    (folder / RESULTS / "manifest.json").write_bytes(kept)


@way
def the_folder_of_another_study(folder: Path) -> None:
    shutil.move(folder / RESULTS, folder / "results/moved")
    config(folder, lambda study: study.update(study="moved"))


@way
def a_record_deleted(folder: Path) -> None:
    record(folder, "response").unlink()


@way
def a_record_cut_short(folder: Path) -> None:
    path = record(folder, "differential")
    path.write_bytes(path.read_bytes()[:200])


@way
def a_parameter_in_a_record(folder: Path) -> None:
    rewrite(record(folder, "trajectories"), '"bootstrap": 20', '"bootstrap": 2000')


@way
def a_seed_in_the_manifest(folder: Path) -> None:
    def change(found: dict) -> None:
        found["config"]["trajectories"]["seed"] = found["seeds"]["trajectories.seed"] = 99

    change_json(folder / RESULTS / "manifest.json", change)


@way
def a_seed_in_manifest_and_record_of_the_report(folder: Path) -> None:
    manifest = folder / RESULTS / "manifest.json"
    a_seed_in_the_manifest(folder)
    change_json(
        record(folder, "report"), lambda r: r["outputs"].update({"manifest.json": sha256(manifest)})
    )


@way
def another_version_in_the_manifest(folder: Path) -> None:
    change_json(
        folder / RESULTS / "manifest.json", lambda found: found["software"].update(numpy="9.9.9")
    )


@way
def a_warning_taken_out_of_a_log(folder: Path) -> None:
    log = folder / RESULTS / "logs/quality.log"
    log.write_text(log.read_text("utf-8").replace("flagged", "noted") + "all is well\n")


@way
def a_table_of_nobody(folder: Path) -> None:
    (folder / RESULTS / "trajectories/genes_final.tsv").write_text("gene\tclass\n")


@way
def an_input_with_its_date_kept(folder: Path) -> None:
    rewrite(folder / "sets.gmt", "IFI44", "IFI27")


@way
def a_seed_where_snakemake_knows_nothing(folder: Path) -> None:
    forget(folder)
    config(folder, lambda study: study["intake"]["simulate"].update(seed=4711))


@way
def a_threshold_where_snakemake_knows_nothing(folder: Path) -> None:
    forget(folder)
    config(folder, lambda study: study["trajectories"].update(alpha=0.01))


@way
def a_title_under_another_version_of_numpy(folder: Path) -> None:
    """Only the report is made again, and says that two versions are behind the results."""
    about = folder / "newer/numpy-9.9.9.dist-info/METADATA"
    about.parent.mkdir(parents=True)
    about.write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 9.9.9\n")
    config(folder, lambda study: study.update(title="Another title"))


# What is not a fault of the folder, so that `verify` has nothing to tell.
BEGINNINGS = ("a seed where", "a threshold", "a title", "the folder of another")
ASKED_ANEW = {name for name in WAYS if name.startswith(BEGINNINGS)}


# Files that only their owner may remove.
LEFT = ("a table of nobody", "a table renamed")


def base(folder: Path, seed: int = 17590) -> None:
    """Write and run a small study with a GMT file of its own."""
    study(folder)
    genes = ["IFI44", "IFIT1", "MX1", "ISG15", "OAS1", "HERC5"]
    (folder / "sets.gmt").write_text("\t".join(["mine", "of this study", *genes]) + "\n")
    config(folder, lambda found: found["modules"].update(gmt=["sets.gmt"]))
    config(folder, lambda found: found["intake"]["simulate"].update(seed=seed))
    done = run(folder)
    assert done.returncode == 0, done.stdout[-3000:]


def run(folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """Give the one command."""
    env = {**os.environ, "PYTHONPATH": str(folder / "newer")}
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.run(command(folder, *more), env=env, check=False, **kept)


def verified(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Ask `verify` about a result folder."""
    line = [sys.executable, str(HOME / "scripts/verify.py"), str(folder)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def told(words: str) -> str:
    """What a run said that it makes again, in one line."""
    lines = words.split("made again, with what follows from it:\n")[-1].splitlines()
    return "; ".join(line.strip() for line in lines if line.startswith("  "))


def spoilt(name: str, root: Path) -> Path:
    """A copy of the finished study, spoilt in one way."""
    folder = root / "spoilt"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / "whole", folder, symlinks=True)
    rewrite(folder / RESULTS / "logs/run.json", str(root / "whole"), str(folder))
    WAYS[name](folder)
    return folder


def row(name: str, root: Path) -> list[str]:
    """Way, words of `verify`, exit status, rules made again, and whether all is as it should be."""
    folder = spoilt(name, root)
    (result,) = (folder / "results").iterdir()
    said = verified(result)
    done = run(folder)
    again = sorted({m for m in re.findall(r"^(?:local)?rule (\w+):", done.stdout, re.M)} - {"all"})
    after = verified(result)
    expected = files(root / ("other" if name.startswith("a seed where") else "whole"))
    found = files(folder, result.name)
    same = found == expected
    if name.startswith("a threshold"):
        certified = json.loads((result / "manifest.json").read_text("utf-8"))
        same = certified["config"]["trajectories"]["alpha"] == 0.01 and "trajectories" in again
    if name.startswith("a title"):
        alarms = (result / "report/alarms.tsv").read_text("utf-8")
        same = "not made with one version of numpy" in alarms and again == ["report"]
    if name in LEFT:  # of which the report warns
        told_of = {"report.html", "report/alarms.tsv", *TIMED}
        same = {n for n in expected if found[n] != expected[n]} <= told_of
    if name.startswith("an input"):
        same = {"modules", "report"} <= set(again) and "intake" not in again
    if name.startswith("the folder of another"):
        same = len(again) == 13
    words = " ".join(said.stdout.partition("\n")[2].split())
    good = bool(said.returncode) != (name in ASKED_ANEW) and same and not done.returncode
    good &= bool(after.returncode) == (name in LEFT)
    return [
        name,
        words or "-",
        str(done.returncode),
        " ".join(again) or "-",
        "yes" if good else "no",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ways", nargs="*", default=list(WAYS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        base(root / "whole")
        base(root / "other", seed=4711)
        rows = []
        for name in options.ways:
            rows.append(row(name, root))
            print(*rows[-1], sep="\t", flush=True)
    head = "way\tverify_says\texit_status\tmade_again\tas_it_should_be"
    options.out.write_text("\n".join([head, *map("\t".join, rows)]) + "\n", encoding="utf-8")
    return int(any(each[-1] == "no" for each in rows))


if __name__ == "__main__":
    sys.exit(main())
