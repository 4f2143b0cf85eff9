"""Result folders as they may be received: small good ones, and ways in which they come to harm."""

import gzip
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from benchmarks.travel import write_studies
from files import sha256

DISEASE, CHANGE = "differential/disease.tsv", "differential/change_all.tsv"
GENES, MODULES = "trajectories/genes.tsv", "modules/tests.tsv"
EXPRESSION, LABELS, SAMPLES = (
    "normalise/expression.h5ad", "response/labels.tsv", "quality/samples.tsv",
)  # fmt: skip
CONTRASTS = ("disease", "change_responders", "change_nonresponders", "change_all")


def good(folder, genes=120, seed=1):
    """Good folders, with checksums in their manifests, by name: two to compare, and another.

    Their tables have no more columns than those of version 0.1.0, and its TRUE and FALSE.
    """
    write_studies(SimpleNamespace(genes=genes, samples=3), folder, seed)
    found = {name: folder / f"study0{i}" for i, name in enumerate(("theirs", "ours", "another"))}
    for path in found.values():
        seal(path)
    return found


def seal(folder):
    """Write the checksums of what is there into the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "manifest.json"]
    manifest["results"] = {p.relative_to(folder).as_posix(): sha256(p) for p in files}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def copied(folders, target):
    """A copy of the folders, to be damaged."""
    return {n: Path(shutil.copytree(p, target / p.name)) for n, p in folders.items()}


def read(path):
    """A table as text: what is not changed stays as it is."""
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)


def table(file, change):
    """Damage of the cells of a table."""

    def damage(folder):
        changed = change(read(folder / file))
        changed.to_csv(folder / file, sep="\t", index=False)

    return damage


def without(file, *columns):
    """Columns that are not there."""
    return table(file, lambda t: t.drop(columns=list(columns)))


def cell(file, column, value, row=7):
    """One other cell."""

    def change(t):
        t.loc[row, column] = value(t.loc[row, column]) if callable(value) else value
        return t

    return table(file, change)


def column(file, name, change):
    """A column that was changed from top to bottom."""
    return table(file, lambda t: t.assign(**{name: t[name].map(change)}))


def content(file, change):
    """Damage of the bytes of a file."""
    return lambda folder: (folder / file).write_bytes(change((folder / file).read_bytes()))


def manifest(change):
    """Damage of the manifest, which `change` may replace."""

    def damage(folder):
        path = folder / "manifest.json"
        found = json.loads(path.read_text())
        path.write_text(json.dumps(change(found) or found))

    return damage


def gone(*files):
    """Files that are not there."""
    return lambda folder: [(folder / file).unlink() for file in files]


def folder_for(file):
    """A folder in the place of a file."""

    def damage(folder):
        (folder / file).unlink()
        (folder / file).mkdir()

    return damage


def loop(folder):
    """A table that is a link to itself."""
    (folder / DISEASE).unlink()
    (folder / DISEASE).symlink_to(folder / DISEASE)


def shuffled(file, *columns):
    """Columns sorted apart from the others, as in a spreadsheet."""

    def change(t):
        order = np.random.default_rng(3).permutation(len(t))
        return t.assign(**{name: t[name].to_numpy()[order] for name in columns})

    return table(file, change)


def numbers(file, change, *columns):
    """Numbers of some columns, changed."""

    def changed(t):
        return t.assign(**{name: t[name].map(lambda x: repr(change(float(x)))) for name in columns})

    return table(file, changed)


def scaled(factor):
    """Every table of log fold changes on another scale, or turned round."""

    def damage(folder):
        for name in CONTRASTS:
            part = f"differential/{name}.tsv"
            ends = ("CI.L", "CI.R") if factor > 0 else ("CI.R", "CI.L")

            def change(t, ends=ends):
                new = t.assign(**{c: t[c].astype(float) * factor for c in ("logFC", *ends)})
                new[["CI.L", "CI.R"]] = new[list(ends)].to_numpy()
                return new.assign(t=new["t"].astype(float) * np.sign(factor))

            table(part, change)(folder)

    return damage


def both(*damages):
    """Several damages, one after the other."""
    return lambda folder: [damage(folder) for damage in damages]


def renamed(rename, files=(*(f"differential/{n}.tsv" for n in CONTRASTS), GENES)):
    """Genes under other names in all tables."""
    return both(*(column(file, "gene", rename) for file in files))


def h5ad(change):
    """Another AnnData."""

    def damage(folder):
        import anndata

        data = anndata.read_h5ad(folder / EXPRESSION)
        change(data)
        data.write_h5ad(folder / EXPRESSION)

    return damage


def packed(raw):
    return gzip.compress(raw)


def one_row(t):
    return t.head(1)


FILES = (DISEASE, CHANGE, GENES, MODULES, LABELS, SAMPLES, EXPRESSION, "manifest.json")
VALUES = ("NA", "", "nan", "inf", "-inf", "1e400", "0", "-1", "1,5", "TRUE", "x", "=1+1", "<b>",
          "é", "\u200b", "1-Mar", "GENE1", "9" * 400, "0x10", "1_000", "None")  # fmt: skip


def at_random(rng, folder, other):
    """Damage a folder at random, and say how; files may come from another folder."""
    file = FILES[rng.integers(len(FILES))]
    ways = [cut, byte, exchange, removed]
    if file.endswith(".tsv"):
        ways = [*ways, *3 * [other_value, lost_column, lost_rows, one_column, copied_column]]
    way = ways[rng.integers(len(ways))]
    return f"{way.__name__} {file} {way(rng, folder, file, other)}"


def cut(rng, folder, file, other):
    raw = (folder / file).read_bytes()
    at = int(rng.integers(len(raw)))
    (folder / file).write_bytes(raw[:at])
    return at


def byte(rng, folder, file, other):
    raw = bytearray((folder / file).read_bytes())
    at, new = int(rng.integers(len(raw))), int(rng.integers(256))
    raw[at] = new
    (folder / file).write_bytes(bytes(raw))
    return at, new


def exchange(rng, folder, file, other):
    shutil.copy(other / file, folder / file)
    return ""


def removed(rng, folder, file, other):
    (folder / file).unlink()
    return ""


def other_value(rng, folder, file, other):
    t = read(folder / file)
    row, name = int(rng.integers(len(t))), t.columns[rng.integers(t.shape[1])]
    value = VALUES[rng.integers(len(VALUES))]
    cell(file, name, value, row)(folder)
    return row, name, value[:20]


def lost_column(rng, folder, file, other):
    t = read(folder / file)
    name = t.columns[rng.integers(t.shape[1])]
    without(file, name)(folder)
    return name


def lost_rows(rng, folder, file, other):
    t = read(folder / file)
    kept = int(rng.integers(len(t)))
    table(file, lambda t: t.head(kept))(folder)
    return kept


def one_column(rng, folder, file, other):
    t = read(folder / file)
    name = t.columns[rng.integers(t.shape[1])]
    order = rng.permutation(len(t))
    table(file, lambda t: t.assign(**{name: t[name].to_numpy()[order]}))(folder)
    return name


def copied_column(rng, folder, file, other):
    t = read(folder / file)
    names = t.columns[rng.integers(t.shape[1], size=2)]
    table(file, lambda t: t.assign(**{names[0]: t[names[1]]}))(folder)
    return tuple(names)
