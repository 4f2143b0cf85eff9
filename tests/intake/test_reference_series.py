"""The shipped studies of reference on stand-ins of their series, as far as intake."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import geo_standin
from geo_files import series_matrix, write_gz
from options import load, normalise, section
from revertome.errors import StudyError
from revertome.intake.load import StudyData
from revertome.intake.read.annotation import look_like_probes
from revertome.intake.sheets.draft import draft
from revertome.intake.sheets.sheet import complete_roles, select
from studies import ROOT, SHARED, configured, real

ROLES = {
    "patient": {"field": "subject"},
    "visit": {
        "field": "time point",
        "values": {"day 1": "enrollment", "month 6": "month6", "month 1": None},
    },
    "group": {
        "field": "disease status",
        "values": {"healthy control": "healthy", "SoJIA": "patient"},
    },
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all three series as a server would show them, and in a cache."""
    root = tmp_path_factory.mktemp("geo")
    for name in ("gse17590", "gse80060", "gse39088"):
        getattr(geo_standin, name)(root)
    cache = root / "cache"
    for path in [*root.glob("series/*/*/matrix/*"), *root.glob("platforms/*/*/annot/*")]:
        target = cache / path.parts[-3] / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    family = _text(root / "platforms/GPL6nnn/GPL6106/soft/GPL6106_family.soft.gz")
    write_gz(cache / "GPL6106/GPL6106.soft.gz", family.partition("^SAMPLE")[0])
    return root


def _text(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def _study(served: Path, name: str, **intake: Any) -> dict[str, Any]:
    """A shipped study with its files in the cache, and the roles of GSE17590 filled in."""
    study = configured(name)
    study["intake"] |= {"cache": str(served / "cache"), "base_url": "http://127.0.0.1:9", **intake}
    if name == "gse17590":
        study["intake"]["fields"] = ROLES
    if name == "gse80060":
        study["intake"]["samples"] = str(ROOT / study["intake"]["samples"])
    return study


def _load(study: dict[str, Any]) -> StudyData:
    found: StudyData = load(study["intake"], study["design"])
    return found


def test_gse17590_as_expected(served: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = _study(served, "gse17590")
    found = _load(study)
    assert found.adata.shape == (60, 700)
    assert found.flow["note"].tolist()[1] == "24 left out: neither enrollment nor month6"
    assert found.adata.X.min() < 0
    said = capsys.readouterr().out
    assert "as expected: platform GPL6106, samples 84, accessions GSM438, scale linear" in said
    aliases = {old: new for new, old in geo_standin.OLD.items()}
    expression = normalise(found.adata, study["normalise"], aliases, study["design"])
    assert {*geo_standin.IFN} <= {*expression.var_names}
    assert not {*geo_standin.OLD.values()} & {*expression.var_names}
    assert expression.X.min() >= 3.3


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("platform", "GPL6884", "platform GPL6106 found; the study file expects GPL6884"),
        ("samples", 85, "samples 84 found; the study file expects 85"),
        ("accessions", "GSM99", "accessions such as 'GSM438001' found; .* expects GSM99"),
        ("scale", "log2", "scale linear found; the study file expects log2"),
    ],
)
def test_the_series_wins_over_what_was_expected(
    served: Path, key: str, value: Any, words: str
) -> None:
    study = _study(served, "gse17590")
    usual = _load(study).adata
    study["intake"]["expected"] = {**study["intake"]["expected"], key: value}
    with pytest.warns(UserWarning, match=rf"GSE17590: {words}, inferred from public .* followed"):
        found = _load(study).adata
    assert found.uns["scale"]["scale"] == "linear"
    np.testing.assert_array_equal(found.X, usual.X)


def _edited(study: dict[str, Any], tmp_path: Path, edit: Any) -> dict[str, Any]:
    """The study with an edited copy of its series matrix."""
    path = Path(study["intake"]["cache"]) / "GSE17590/GSE17590_series_matrix.txt.gz"
    text = edit(_text(path))
    (tmp_path / "series.txt").write_text(text, encoding="utf-8")
    study["intake"]["matrix"] = str(tmp_path / "series.txt")
    return study


def test_a_choice_of_platforms_names_the_expected_one(served: Path, tmp_path: Path) -> None:
    study = _edited(
        _study(served, "gse17590"), tmp_path, lambda s: s.replace('"GPL6106"', '"GPL6884"', 1)
    )
    with pytest.raises(StudyError, match=r"one of GPL6106, GPL6884\n.*set intake\.platform: GPL61"):
        _load(study)
    with pytest.raises(StudyError, match=r"expects GPL6106, inferred from public analysis"):
        draft("gse17590", section("intake", **study["intake"]))


def test_many_negative_signals_ask_for_the_expected_scale(served: Path, tmp_path: Path) -> None:
    """Two in five signals below 0, as background subtraction leaves them."""

    def darken(text: str) -> str:
        lines = text.splitlines()
        at = lines.index("!series_matrix_table_begin") + 2
        for n in range(at, at + 280):
            probe, *cells = lines[n].split("\t")
            lines[n] = "\t".join([probe, *[str(-abs(float(c)) % -40) for c in cells]])
        return "\n".join([*lines, ""])

    study = _edited(_study(served, "gse17590"), tmp_path, darken)
    with pytest.raises(StudyError, match=r"below 0(.|\n)*expects linear.*set intake\.scale: lin"):
        _load(study)
    study["intake"]["scale"] = "linear"
    found = _load(study)
    expression = normalise(found.adata, study["normalise"], {}, study["design"])
    assert 150 < expression.n_vars < 300
    assert np.isfinite(expression.X).all()


def test_gse17590_from_its_tables_by_sample(served: Path) -> None:
    """The family file has signal and detection of each sample; the values are the same."""
    study = _study(served, "gse17590")
    usual = _load(study).adata
    family = served / "series/GSE17nnn/GSE17590/soft/GSE17590_family.soft.gz"
    study["intake"]["matrix"] = str(family)
    np.testing.assert_array_equal(_load(study).adata.X, usual.X)


@pytest.mark.parametrize(
    "form", ["GI_{}-S", "GI_{}", "{}", "GE{}", "NM_{}.2", "TC01{}.hg.1", "A_23_P{}", "{}_x_at"]
)
def test_ids_of_other_platforms_are_no_symbols(form: str) -> None:
    features = pd.Index([form.format(10047000 + n) for n in range(9)])
    assert look_like_probes(features)
    assert not look_like_probes(pd.Index(["IL6", "C1QA", "GEM", "NMI", "TCF7", "HLA-A", "GIP"]))


def test_the_draft_says_what_was_expected_otherwise(served: Path) -> None:
    study = _study(served, "gse17590")
    study["intake"]["expected"]["samples"] = 90
    with pytest.warns(UserWarning, match="samples 84 found; the study file expects 90"):
        _, text = draft("gse17590", section("intake", **study["intake"]))
    assert "set those not compared to null" in text


def test_gse80060_as_it_is_shipped(served: Path) -> None:
    found = _load(_study(served, "gse80060"))
    assert found.adata.n_obs == 148
    assert found.flow["n_pairs"].tolist()[-1] == 74
    assert found.adata.obs["group"].unique().tolist() == ["patient"]


def test_sheet_of_gse80060() -> None:
    sheet = pd.read_csv(ROOT / "config/samples/gse80060.tsv", sep="\t", dtype=str)
    assert sheet["sample"].str.fullmatch(r"GSM211[12]\d{3}").all() and sheet["sample"].is_unique
    pairs = sheet.groupby("patient")["visit"].agg(sorted)
    assert len(pairs) == 74
    assert all(visits == ["before", "day3"] for visits in pairs)


def _with_healthy(served: Path, wanted: Any) -> dict[str, Any]:
    study = _study(served, "gse80060", healthy_samples=wanted)
    study["design"]["healthy"] = "healthy"
    study["intake"]["fields"]["response"] = {
        "field": "acr", "values": {90: "responder", 30: "nonresponder", 0: "nonresponder"}
    }  # fmt: skip
    return study


def test_healthy_samples_and_response_from_the_fields_of_the_series(served: Path) -> None:
    with pytest.warns(UserWarning, match="16 healthy samples of the series are added, each as one"):
        obs = _load(_with_healthy(served, {"disease status": ["Healthy"]})).adata.obs
    assert obs["group"].value_counts().to_dict() == {"patient": 148, "healthy": 16}
    well = obs[obs["group"] == "healthy"]
    assert (well["patient"] == well.index).all()
    assert well["visit"].isna().all() and well["response"].isna().all()
    assert obs.loc["GSM2112001", "response"] == "responder"  # subject 1013


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"diagnosis": ["Healthy"]}, r"the series has no field 'diagnosis'.\nIt has: .*acr \('"),
        ({"disease status": ["healthy"]}, r"'healthy' does not occur in the series; it has 'Heal"),
    ],
)
def test_healthy_samples_that_cannot_be_found(served: Path, wanted: Any, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        _load(_with_healthy(served, wanted))


def test_healthy_samples_need_a_sheet_of_accessions(served: Path, tmp_path: Path) -> None:
    study = _with_healthy(served, {"disease status": ["Healthy"]})
    sheet = Path(study["intake"]["samples"]).read_text("utf-8")
    (tmp_path / "own.tsv").write_text(sheet.replace("GSM", "S"), encoding="utf-8")
    study["intake"]["samples"] = str(tmp_path / "own.tsv")
    with pytest.raises(StudyError, match="own.tsv: .* needs a column 'sample' of GEO accessions"):
        _load(study)


def test_a_healthy_sample_of_the_sheet_is_not_added_again(served: Path, tmp_path: Path) -> None:
    study = _with_healthy(served, {"disease status": ["Healthy"]})
    sheet = Path(study["intake"]["samples"]).read_text("utf-8")
    (tmp_path / "own.tsv").write_text(f"{sheet}GSM2112306\tH1\t\thealthy\n", encoding="utf-8")
    study["intake"]["samples"] = str(tmp_path / "own.tsv")
    with pytest.warns(UserWarning, match=r"own\.tsv: 15 healthy samples .* list them in the sheet"):
        obs = _load(study).adata.obs
    assert (obs["group"] == "healthy").sum() == 16
    assert obs.loc["GSM2112306", "patient"] == "H1"


def test_rows_of_the_sheet_keep_their_numbers_beside_a_series(served: Path, tmp_path: Path) -> None:
    study = _study(served, "gse80060")
    sheet = Path(study["intake"]["samples"]).read_text("utf-8")
    (tmp_path / "own.tsv").write_text(sheet.replace("day3", "day 3", 1), encoding="utf-8")
    study["intake"]["samples"] = str(tmp_path / "own.tsv")
    with pytest.raises(StudyError, match=r"own\.tsv: row 3: unknown visit 'day 3'"):
        _load(study)


def test_gse39088_takes_one_text_apart(served: Path) -> None:
    found = _load(_study(served, "gse39088"))
    obs = found.adata.obs
    assert obs.groupby(["group", "visit"], observed=True).size().to_dict() == {
        ("patient", "baseline"): 26, ("patient", "day112"): 26, ("patient", "day168"): 26,
    }  # fmt: skip
    assert (obs["group"] == "healthy").sum() == 20
    assert obs["arm"].value_counts().to_dict() == {"kinoid": 57, "placebo": 21}
    drug = obs[obs["arm"] == "kinoid"]
    assert sorted(drug["dose"].unique()) == [30, 60, 120, 240]
    assert sorted(drug["injections"].unique()) == [3, 4]
    assert (obs.loc[obs["arm"] == "placebo", "dose"] == 0).all()


@real
@pytest.mark.real
def test_gse39088_on_its_own_titles() -> None:
    """Title and source as deposited, read from the sheet that ArrayExpress made of them."""
    sheet = pd.read_csv(SHARED / "data/sheets/E-GEOD-39088.sdrf.txt", sep="\t", dtype=object)
    table = pd.DataFrame(
        {
            "title": sheet["Comment [Sample_title]"],
            "source_name_ch1": sheet["Comment [Sample_source_name]"],
            "geo_accession": sheet["Source Name"].str.extract(r"^(GSM\d+)", expand=False),
        },
        dtype=object,
    )
    study = configured("gse39088")
    intake, design = (section(name, **study[name]) for name in ("intake", "design"))
    samples, flow = select(
        table, complete_roles(table, [], intake, design, "x"), intake, design, "x"
    )
    assert flow.table().iloc[-1][["n_samples", "n_patients", "n_pairs"]].tolist() == [124, 72, 26]
    arms = samples[samples["visit"] == "day112"].groupby(["arm", "dose", "injections"]).size()
    assert arms.to_dict() == {
        ("kinoid", 30.0, 3.0): 3, ("kinoid", 60.0, 3.0): 2, ("kinoid", 60.0, 4.0): 3,
        ("kinoid", 120.0, 3.0): 3, ("kinoid", 120.0, 4.0): 3, ("kinoid", 240.0, 3.0): 2,
        ("kinoid", 240.0, 4.0): 3, ("placebo", 0.0, 0.0): 7,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["gse17590", "gse80060", "gse39088"])
def test_offline(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without network one sentence says what to fetch and where to put it."""
    monkeypatch.setattr("revertome.intake.fetch.download.PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    study = configured(name)
    study["intake"] |= {"base_url": "http://127.0.0.1:9/geo", "cache": str(tmp_path)}
    if name == "gse80060":
        study["intake"]["samples"] = str(ROOT / study["intake"]["samples"])
    with pytest.raises(StudyError) as raised:
        _load(study)
    accession = name.upper()
    for words in (
        f"cannot fetch http://127.0.0.1:9/geo/series/{accession[:-3]}nnn/{accession}/matrix/ (",
        f"save it as {tmp_path}/{accession}/{accession}_series_matrix.txt.gz",
        "intake.matrix",
    ):
        assert words in str(raised.value)


def test_titles_alone_give_a_draft(tmp_path: Path) -> None:
    """Child and visit only in the title, as other series of that time have them."""
    visits = ("pre", "month 1", "month 6")
    titles = [f"ANJ{n:02}_{visit}_blood" for n in range(8) for visit in visits]
    samples = {
        "geo_accession": [f"GSM{n}" for n in range(30)],
        "title": titles + [f"HC{n:02}_normal_blood" for n in range(6)],
    }
    (tmp_path / "s.txt").write_text(series_matrix(samples), encoding="utf-8")
    _, text = draft("x", section("intake", source="geo", matrix=str(tmp_path / "s.txt")))
    fields = yaml.safe_load(text)["intake"]["fields"]
    assert fields["patient"]["field"] == fields["visit"]["field"] == "title"
    assert set(fields["visit"]["values"]) == {*visits}
    assert "healthy" in fields["group"]["values"].values()
