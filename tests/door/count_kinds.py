"""Counts as programs write them: featureCounts, one file a sample, h5ad, annotations."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from door.kind import Expected, Rng, equal, equal_or_told, kind, pick, told
from door.later import differential
from door.study import GENES, PATIENTS, Study, counts, microarray, zipped

FC = ["Geneid", "Chr", "Start", "End", "Strand", "Length"]


def feature_counts(study: Study, names: list[str], extra: list[str] | None = None) -> None:
    """Write the matrix as featureCounts does; `extra` is a column of attributes."""
    rows = study.matrix.rows[1:]
    head = [*FC, *(["gene_name"] if extra else []), *names]
    body = [
        [row[0], "chr1;chr1", f"{i};{i + 500}", f"{i + 100};{i + 900}", "+;+", "502",
         *([extra[i]] if extra else []), *row[1:]]
        for i, row in enumerate(rows)
    ]  # fmt: skip
    study.matrix.rows = [head, *body]
    study.matrix.name = "counts.txt"
    study.matrix.text.append(lambda text: f'# Program:featureCounts v2; Command:"x"\n{text}')


@kind("featureCounts with folders, prefixes and endings", "matrix", keeps=True, only=counts)
def bams(rng: Rng, study: Study) -> Expected:
    form = pick(rng, [
        "{0}.bam", "{0}.sorted.bam", "{0}/Aligned.sortedByCoord.out.bam", "/data/x y/{0}.bam",
        "{0}_Aligned.sortedByCoord.out.bam", "{0}Aligned.sortedByCoord.out.bam", "star/{0}/out.bam",
        "C:\\data\\{0}\\Aligned.out.bam", "D:\\bam\\{0}.bam", "./{0}_Aligned.out.sorted.dedup.bam",
        "{0}/{0}.Aligned.out.sam", "{0}.markdup.cram",
    ])  # fmt: skip
    feature_counts(study, [form.format(name) for name in study.matrix.rows[0][1:]])
    return equal()


@kind("featureCounts with attributes", "matrix", keeps=True, only=counts)
def attributes(rng: Rng, study: Study) -> Expected:
    good = study.copy()
    ids = [f"ENSG{i:011}" for i in range(len(GENES))]
    if rng.integers(2):
        ids = [f"{name}.{i % 7}" for i, name in enumerate(ids)]
    for row, name in zip(study.matrix.rows[1:], ids, strict=True):
        row[0] = name
    feature_counts(study, [f"{name}.bam" for name in study.matrix.rows[0][1:]], GENES)
    good.matrix.rows[1:] = [[i, *row[1:]] for i, row in zip(ids, good.matrix.rows[1:], strict=True)]
    good.config["intake"]["annotation"] = {"path": "genes.tsv", "id": "id", "symbol": "symbol"}
    pairs = zip(ids, GENES, strict=True)
    good.other["genes.tsv"] = "".join(f"{i}\t{g}\n" for i, g in [("id", "symbol"), *pairs]).encode()
    return equal(good)


@kind("one file a sample", "matrix", keeps=True, only=counts)
def folder(rng: Rng, study: Study) -> Expected:
    form = pick(rng, ["{0}.txt", "{0}.counts", "{0}_htseq.txt", "{0}.tsv.gz"])
    head, *rows = study.matrix.rows
    tail = "__no_feature\t7\n__ambiguous\t3\n"
    for j, name in enumerate(head[1:], start=1):
        made = ("".join(f"{row[0]}\t{row[j]}\n" for row in rows) + tail).encode()
        path = "one/" + form.format(name)
        study.other[path] = zipped(made) if path.endswith(".gz") else made
    study.config["intake"]["matrix"] = "one"
    return equal()


@kind("one file a sample, one of them wrong", "matrix", only=counts)
def broken_folder(rng: Rng, study: Study) -> Expected:
    folder(rng, study)
    path = pick(rng, [name for name in study.other if not name.endswith(".gz")] or [*study.other])
    sample = Path(path).name[:3]
    way = int(rng.integers(3))
    text = study.other.pop(path)
    if way == 0:  # cut
        study.other[path] = text[: len(text) // 2]
    elif way == 1:  # of another annotation
        study.other[path] = zipped(text).replace(b"", b"") if path.endswith("gz") else text.replace(
            b"GENE", b"LOC"
        )  # fmt: skip
        if path.endswith("gz"):
            del study.other[path]
    return told((sample, path.rpartition("/")[2]))


def h5ad(study: Study, change: object, matrix: object) -> bytes:
    """Bytes of an AnnData of the matrix; `change` edits it."""
    import anndata

    names = study.matrix.rows[0][1:]
    features = [row[0] for row in study.matrix.rows[1:]]
    adata = anndata.AnnData(
        matrix, pd.DataFrame(index=pd.Index(names)), pd.DataFrame(index=pd.Index(features))
    )
    if callable(change):
        adata = change(adata) or adata
    with tempfile.TemporaryDirectory() as place:
        adata.write_h5ad(Path(place) / "m.h5ad")
        return (Path(place) / "m.h5ad").read_bytes()


def values(study: Study) -> np.ndarray:
    """Samples x features."""
    return np.array([row[1:] for row in study.matrix.rows[1:]], dtype=float).T


def logged(x: np.ndarray) -> np.ndarray:
    """What scanpy's normalize_total and log1p make of counts."""
    return np.log1p(x / x.sum(axis=1, keepdims=True) * 1e4).astype(np.float32)


@kind("h5ad, counts as X", "matrix", keeps=True, only=counts)
def h5ad_plain(rng: Rng, study: Study) -> Expected:
    from scipy import sparse

    form = pick(rng, [np.asarray, sparse.csr_matrix, sparse.csc_matrix,
                      lambda x: x.astype(np.float32), lambda x: x.astype(np.int64)])  # fmt: skip
    study.other["m.h5ad"] = h5ad(study, None, form(values(study)))
    study.config["intake"]["matrix"] = "m.h5ad"
    return equal()


@kind("h5ad, counts in a layer or in raw", "matrix", keeps=True, only=counts)
def h5ad_layer(rng: Rng, study: Study) -> Expected:
    x = values(study)
    where = pick(rng, ["counts", "raw_counts", "raw", "no X"])

    def change(adata: object) -> object:
        import anndata

        if where == "raw":
            full = anndata.AnnData(x, adata.obs.copy(), adata.var.copy())  # type: ignore[attr-defined]
            adata.raw = full  # type: ignore[attr-defined]
        else:
            adata.layers["counts" if where == "no X" else where] = x  # type: ignore[attr-defined]
        return adata

    study.other["m.h5ad"] = h5ad(study, change, None if where == "no X" else logged(x))
    study.config["intake"]["matrix"] = "m.h5ad"
    return equal_or_told("m.h5ad", ("layer", "raw"))


@kind("h5ad without counts", "matrix", only=counts)
def h5ad_logged(rng: Rng, study: Study) -> Expected:
    x = logged(values(study))
    matrix = pick(rng, [x, None, x * 0])

    def change(adata: object) -> object:
        if matrix is None:
            adata.layers["scaled"] = x  # type: ignore[attr-defined]
        return adata

    study.other["m.h5ad"] = h5ad(study, change, matrix)
    study.config["intake"]["matrix"] = "m.h5ad"
    return told("m.h5ad")


@kind("h5ad, damaged or turned", "matrix", only=counts)
def h5ad_bad(rng: Rng, study: Study) -> Expected:
    made = h5ad(study, lambda adata: None, values(study))
    way = int(rng.integers(3))
    if way == 0:
        made = made[: len(made) // 2]
    elif way == 1:
        made = h5ad(study, lambda adata: adata.T.copy(), values(study))
    else:
        made = b"no HDF5 at all" * 10
    study.other["m.h5ad"] = made
    study.config["intake"]["matrix"] = "m.h5ad"
    return told("m.h5ad")


def probes(study: Study) -> list[str]:
    """Give the features names of probes; returns them."""
    ids = [f"ILMN_{1650000 + 7 * i}" for i in range(len(GENES))]
    for row, name in zip(study.matrix.rows[1:], ids, strict=True):
        row[0] = name
    return ids


def annotate(study: Study, text: str, name: str = "genes.tsv") -> None:
    """Give the study a table of ids and symbols."""
    study.other[name] = text.encode()
    study.config["intake"]["annotation"] = {"path": name, "id": "id", "symbol": "symbol"}


@kind("an annotation in another form", "all", keeps=True, only=microarray)
def annotation(rng: Rng, study: Study) -> Expected:
    pairs = list(zip(probes(study), GENES, strict=True))
    good = study.copy()
    annotate(good, "id\tsymbol\n" + "".join(f"{i}\t{g}\n" for i, g in pairs))
    order = [pairs[i] for i in rng.permutation(len(pairs))]
    forms = [
        "id\tnote\tsymbol\n" + "".join(f"{i}\tx\t{g}\n" for i, g in order),
        "symbol;id\n" + "".join(f"{g};{i}\n" for i, g in order),
        "".join(f'"{i}","{g}"\r\n' for i, g in [("id", "symbol"), *order]),
        # Written by R with row names: the header is one cell short.
        "id\tsymbol\n" + "".join(f"{n}\t{i}\t{g}\n" for n, (i, g) in enumerate(order, start=1)),
        '"id" "symbol"\n' + "".join(f'"{n}" "{i}" "{g}"\n' for n, (i, g) in enumerate(order, 1)),
        "# of the platform\nid\tsymbol\n" + "".join(f"{i}\t{g}\n" for i, g in order),
        "id\tsymbol\t\n" + "".join(f"{i}\t{g}\t\n" for i, g in order),
        "id\tsymbol\n" + "".join(f"{i}\t{g}\n{i}\t{g}\n" for i, g in order),
    ]
    annotate(study, pick(rng, forms))
    return equal(good)


@kind("an annotation that does not fit", "all", only=microarray)
def wrong_annotation(rng: Rng, study: Study) -> Expected:
    pairs = list(zip(probes(study), GENES, strict=True))
    turn = rng.permutation(len(pairs))
    forms = [
        ("id\tsymbol\n" + "".join(f"{g}\t{i}\n" for i, g in pairs), "ILMN_"),
        ("id\tsymbol\n" + "".join(f"{i}1\t{g}\n" for i, g in pairs), "ILMN_"),
        ("probe\tgene\n" + "".join(f"{i}\t{g}\n" for i, g in pairs), "genes.tsv"),
        # Every id twice, each time with another symbol.
        ("id\tsymbol\n" + "".join(f"{i}\t{g}\n{i}\t{GENES[n]}\n"
                                  for (i, g), n in zip(pairs, turn, strict=True)), "genes.tsv"),
        ("id\tsymbol\n", "genes.tsv"),
    ]  # fmt: skip
    text, word = pick(rng, forms)
    annotate(study, text)
    return told(word)


@kind("a covariate that moves with the visit", "all")
def with_visit(rng: Rng, study: Study) -> Expected:
    name = pick(rng, ["run", "kit", "site", "lot"])
    visits, people = study.sheet.get("visit"), study.sheet.get("patient")
    way = int(rng.integers(3))
    healthy = [pick(rng, ["A", "B"]) for _ in visits]
    if way == 0:
        cells = [{"before": "A", "after": "B", "": h}[v]
                 for v, h in zip(visits, healthy, strict=True)]  # fmt: skip
    elif way == 1:  # two kits before, two after, none on both sides
        start = {p: pick(rng, ["A", "C"]) for p in dict.fromkeys(people)}
        cells = [h if not v else start[p] if v == "before" else chr(ord(start[p]) + 1)
                 for v, p, h in zip(visits, people, healthy, strict=True)]  # fmt: skip
    else:  # days, 180 of them between the visits of everyone
        start = {p: int(rng.integers(0, 900)) for p in dict.fromkeys(people)}
        days = [start[p] + 180 * (v == "after") for p, v in zip(people, visits, strict=True)]
        cells = [str(day) for day in days]
    study.sheet.put(name, cells)
    study.config["design"]["covariates"] = [name]
    return told(f"covariate {name}", (*PATIENTS, "visit"), late=differential(study.config))


@kind("a covariate that is constant or absent", "all")
def constant(rng: Rng, study: Study) -> Expected:
    name = pick(rng, ["chip", "run"])
    study.config["design"]["covariates"] = [name]
    cells = ["c1"] * len(study.samples)
    way = int(rng.integers(3))
    if way == 1:
        study.sheet.put(name, cells)
    elif way == 2:
        study.sheet.put(name, [pick(rng, ["1", "2", "3"]) for _ in cells[1:]] + [""])
    return told(repr(name))
