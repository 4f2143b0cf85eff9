"""Studies by accession, from a local server laid out as GEO's."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo_files import series_matrix, write_gz
from options import load
from revertome.errors import StudyError
from revertome.intake.fetch.geo import folder
from studies import SHARED, configured, gse60424, real

DESIGN = {"baseline": "V1", "followup": "V2", "healthy": "healthy"}
IDS = [f"GSM{i}" for i in range(1, 11)]
SAMPLES = {
    "title": [f"kid {i}, V{v}" for i in range(1, 4) for v in (1, 2)] + ["ctl"] * 4,
    "geo_accession": IDS,
    "characteristics 1": ["disease: JIA"] * 6 + ["disease: none at all"] * 4,
    "characteristics 2": [f"subject: {i}" for i in "1122336789"],
}
PROBES = [f"{i}_at" for i in range(30)]
VALUES = pd.DataFrame(
    np.random.default_rng(5).uniform(3, 14, (30, 10)).round(4), index=PROBES, columns=IDS
)
ANNOTATION = (
    "^Annotation\n!Annotation_platform = GPL1\n#ID = id\n!platform_table_begin\n"
    "ID\tGene title\tGene symbol\tGene ID\n"
    + "".join(f"{p}\t5' \"kinase\tSYM{i}\t{i}\n" for i, p in enumerate(PROBES[:29]))
    + f"{PROBES[29]}\tboth\tA///B\t7///8\n!platform_table_end\n"
)
FOLDER = "/series/GSE1nnn/GSE1234/matrix/"
FILE = "GSE1234_series_matrix.txt.gz"


def _intake(geo: Any, tmp_path: Path, **more: Any) -> dict[str, Any]:
    return {
        "source": "geo",
        "accession": "GSE1234",
        "base_url": geo.url,
        "cache": str(tmp_path / "cache"),
        "fields": {
            "patient": {"field": "subject"},
            "visit": {"field": "title", "pattern": r"(V\d)"},
            "group": {"field": "disease", "values": {"none at all": "healthy", "JIA": "patient"}},
        },
        **more,
    }


def _publish(geo: Any, text: str, file: str = FILE) -> None:
    write_gz(geo.root / FOLDER.strip("/") / file, text)
    write_gz(geo.root / "platforms/GPLnnn/GPL1/annot/GPL1.annot.gz", ANNOTATION)


def test_folder() -> None:
    assert folder("https://x/geo/", "series", "GSE65391").endswith("/GSE65nnn/GSE65391")
    assert folder("https://x/geo", "series", "GSE1000").endswith("/GSE1nnn/GSE1000")
    assert folder("https://x/geo", "series", "GSE123").endswith("/GSEnnn/GSE123")
    assert folder("https://x/geo", "platforms", "GPL96").endswith("/platforms/GPLnnn/GPL96")


def test_by_accession(geo: Any, tmp_path: Path) -> None:
    _publish(geo, series_matrix(SAMPLES, VALUES))
    study = load(_intake(geo, tmp_path), DESIGN)
    adata = study.adata
    assert adata.shape == (10, 30)
    assert adata["GSM2", "3_at"].X.item() == VALUES.loc["3_at", "GSM2"]
    assert adata.var.loc["3_at", "symbol"] == "SYM3"
    assert pd.isna(adata.var.loc["29_at", "symbol"])
    assert adata.obs.loc["GSM4", ["patient", "visit", "group"]].tolist() == ["2", "V2", "patient"]
    assert study.flow["n_pairs"].tolist() == [3]
    fetched = list(geo.seen)
    load(_intake(geo, tmp_path), DESIGN)  # from the cache
    assert geo.seen == fetched


def test_fetched_after_trouble(geo: Any, tmp_path: Path, capsys: Any) -> None:
    _publish(geo, series_matrix(SAMPLES, VALUES))
    geo.failures[FOLDER + FILE] = [503, 500]
    load(_intake(geo, tmp_path), DESIGN)
    assert geo.seen.count(FOLDER + FILE) == 3
    assert "(try 3)" in capsys.readouterr().err


def test_not_there(geo: Any, tmp_path: Path) -> None:
    with pytest.raises(StudyError) as raised:
        load(_intake(geo, tmp_path), DESIGN)
    message = str(raised.value)
    for words in (geo.url + FOLDER, "404", f"GSE1234/{FILE}", "intake.matrix"):
        assert words in message
    assert len(geo.seen) == 1


def test_cut_file_is_not_cached(geo: Any, tmp_path: Path) -> None:
    _publish(geo, series_matrix(SAMPLES, VALUES))
    whole = (geo.root / FOLDER.strip("/") / FILE).read_bytes()
    (geo.root / FOLDER.strip("/") / FILE).write_bytes(whole[:-30])
    with pytest.raises(StudyError, match="no complete gzip file"):
        load(_intake(geo, tmp_path), DESIGN)
    assert not list((tmp_path / "cache" / "GSE1234").glob("GSE*"))


def test_several_platforms(geo: Any, tmp_path: Path) -> None:
    for platform in ("GPL1", "GPL97"):
        text = series_matrix(SAMPLES, VALUES, platform)
        _publish(geo, text, f"GSE1234-{platform}_series_matrix.txt.gz")
    with pytest.raises(StudyError, match=r"several platforms.* one of GPL1, GPL97"):
        load(_intake(geo, tmp_path), DESIGN)
    with pytest.raises(StudyError, match=r"has no GPL2.* one of GPL1, GPL97"):
        load(_intake(geo, tmp_path, platform="GPL2"), DESIGN)
    adata = load(_intake(geo, tmp_path, platform="GPL1"), DESIGN).adata
    assert adata.shape == (10, 30)
    with pytest.raises(StudyError, match="GPL97, the file holds GPL1"):
        local = str(tmp_path / "cache" / "GSE1234" / "GSE1234-GPL1_series_matrix.txt.gz")
        load(_intake(geo, tmp_path, platform="GPL97", matrix=local), DESIGN)


def test_one_platform_of_a_mixed_file(geo: Any, tmp_path: Path) -> None:
    text = series_matrix(SAMPLES, VALUES)
    last = '"GPL1"\n!series'
    _publish(geo, text.replace(last, '"GPL2"\n!series'))
    with pytest.raises(StudyError, match=r"several platforms: .* one of GPL1, GPL2"):
        load(_intake(geo, tmp_path), DESIGN)
    assert load(_intake(geo, tmp_path, platform="GPL1"), DESIGN).adata.n_obs == 9


def test_empty_table_names_the_way_on(geo: Any, tmp_path: Path) -> None:
    _publish(geo, series_matrix(SAMPLES))
    with pytest.raises(StudyError) as raised:
        load(_intake(geo, tmp_path, assay="rnaseq"), DESIGN)
    for words in ("empty table", "RNA-seq", "counts.txt.gz", "intake.supplementary"):
        assert words in str(raised.value)


def test_counts_from_the_supplementary_file(geo: Any, tmp_path: Path) -> None:
    """Counts under the samples' titles; a library the sheet does not know goes to the flow."""
    titles = [f"lib{i} V{1 + i % 2}" for i in range(10)]
    samples = {**SAMPLES, "title": titles}
    _publish(geo, series_matrix(samples))
    counts = pd.DataFrame(
        np.random.default_rng(1).poisson(40, (30, 11)),
        index=[f"SYM{i}" for i in range(30)],
        columns=[*titles, "other"],
    )
    target = geo.root / "series/GSE1nnn/GSE1234/suppl/counts.txt.gz"
    write_gz(target, counts.to_csv(sep="\t", lineterminator="\r"))
    intake = _intake(geo, tmp_path, assay="rnaseq", supplementary="counts.txt.gz")
    intake["fields"]["sample"] = {"field": "title"}
    study = load(intake, DESIGN)
    assert study.adata.uns["scale"]["scale"] == "counts"
    assert study.adata["lib3 V2", "SYM7"].X.item() == counts.loc["SYM7", "lib3 V2"]
    assert study.flow.iloc[-1][["stage", "n_samples", "note"]].tolist() == [
        "matrix",
        10,
        "1 samples of the matrix not in the sheet",
    ]


def test_unmapped_fields_list_what_the_series_offers(geo: Any, tmp_path: Path) -> None:
    _publish(geo, series_matrix(SAMPLES, VALUES))
    intake = {**_intake(geo, tmp_path), "fields": configured("gse17590")["intake"]["fields"]}
    with pytest.raises(StudyError) as raised:
        load(intake, DESIGN)
    message = str(raised.value)
    for words in ("'patient', 'visit', 'group'", "disease ('JIA')", "title ('kid 1, V1')"):
        assert words in message


def test_anajis_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without network the run says what to fetch and where to put it."""
    study = configured("gse17590")
    study["intake"] |= {"base_url": "http://127.0.0.1:9/geo", "cache": str(tmp_path)}
    monkeypatch.setattr("revertome.intake.fetch.download.PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(StudyError) as raised:
        load(study["intake"], study["design"])
    for words in (
        "http://127.0.0.1:9/geo/series/GSE17nnn/GSE17590/matrix/",
        f"{tmp_path}/GSE17590/GSE17590_series_matrix.txt.gz",
        "intake.matrix",
    ):
        assert words in str(raised.value)


@real
@pytest.mark.real
def test_gse99709_names_its_counts() -> None:
    path = SHARED / "data" / "geo_format_cases" / "GSE99709_series_matrix.txt.gz"
    intake = {"source": "geo", "matrix": str(path), "assay": "rnaseq"}
    with pytest.raises(StudyError, match=r"GSE99709: .*GSE99709_Stat3RNA-Seq-counts\.csv\.gz"):
        load(intake, DESIGN)


@real
@pytest.mark.real
def test_gse60424_by_accession(geo: Any, tmp_path: Path) -> None:
    """The shipped study file, served as GEO does, reads as the local tables do."""
    data = SHARED / "data" / "gse60424_ifnb_blood_rnaseq"
    table = pd.read_csv(data / "GSE60424_pheno.csv", dtype=str, keep_default_na=False)
    samples = {
        key: table[key].tolist()
        for key in table
        if key in ("title", "geo_accession", "source_name_ch1") or key.startswith("char")
    }
    suppl = "GSE60424_GEOSubmit_FC1to11_normalized_counts.txt.gz"
    base = geo.root / "series/GSE60nnn/GSE60424"
    write_gz(base / "matrix/GSE60424_series_matrix.txt.gz", series_matrix(samples))
    (base / "suppl").mkdir()
    (base / "suppl" / suppl).write_bytes((data / suppl).read_bytes())
    study = configured("gse60424")
    local = gse60424()
    study["intake"] |= {
        "base_url": geo.url,
        "cache": str(tmp_path / "cache"),
        "annotation": local["intake"]["annotation"],
    }
    served = load(study["intake"], study["design"]).adata
    read = load(local["intake"], local["design"]).adata
    np.testing.assert_array_equal(served.X, read.X)
    columns = ["sample", "patient", "visit", "group", "sex", "age"]
    pd.testing.assert_frame_equal(served.obs[columns], read.obs[columns])
    assert gzip.decompress((base / "suppl" / suppl).read_bytes())[:9] == b"genenames"
