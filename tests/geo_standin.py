"""Series of the shape of the reference studies, laid out as GEO serves them; values simulated.

Every series has patients before and after treatment and healthy people. `REVERTED` genes differ
from healthy by 1.6 to 2.4 log2 units before treatment and not after; `INDUCED` genes change by as
much, and only under the drug.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from geo_files import series_matrix, write_gz
from revertome.arrays import Array
from revertome.quality.sex import SEX_GENES

HOME = Path(__file__).parents[1]
GENES = 450
IFN = ("IFI44", "IFI44L", "IFIT1", "RSAD2", "MX1", "OAS3", "HERC5", "ISG15", "IFI27", "SIGLEC1",
       "RIGI", "WARS1", "HELZ2", "DDX60", "SEPTIN4")  # fmt: skip
IL1 = ("IL1B", "IL1R1", "IL1R2", "IL1RAP", "IL6", "S100A12", "MMP9", "CD177")
# As a platform of 2008 calls them.
OLD = {"RIGI": "DDX58", "WARS1": "WARS", "HELZ2": "PRIC285", "DDX60": "FLJ20035",
       "SEPTIN4": "SEPT4"}  # fmt: skip


def symbols() -> list[str]:
    """Genes of every platform, those that are named first."""
    listed = pd.read_csv(HOME / "resources/genes.tsv", sep="\t")["symbol"]
    named = [*IFN, *IL1, *SEX_GENES]
    return [*named, *[s for s in listed[::7] if s not in named]][:GENES]


@dataclass
class Blood:
    """People and samples of a series: log2 expression of genes, and its fields."""

    rng: np.random.Generator
    reverted: tuple[str, ...]
    induced: tuple[str, ...]
    base: pd.Series = field(init=False)
    disease: pd.Series = field(init=False)
    drug: pd.Series = field(init=False)
    people: dict[str, Array] = field(default_factory=dict)
    columns: list[Array] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        genes = pd.Index(symbols())
        self.base = pd.Series(self.rng.uniform(6.5, 12, GENES), genes)
        for name, chosen in (("disease", self.reverted), ("drug", self.induced)):
            effect = pd.Series(0.0, genes)
            named = len(set(chosen) & {*IFN, *IL1})  # those stand first, and are up
            # As many down, or quantile normalisation would move all others.
            down = [-1.0, 1.0] * (len(chosen) - 2 * named)
            sign = np.array([*[1.0] * named, *[-1.0] * named, *down])[: len(chosen)]
            effect[list(chosen)] = sign * self.rng.uniform(1.6, 2.4, len(chosen))
            setattr(self, name, effect)

    def draw(self, person: str, ill: float, drug: float, **fields: str) -> None:
        """Add a sample; `ill` and `drug` are the shares of both effects it shows."""
        if person not in self.people:
            own = self.rng.normal(0, 0.4, GENES)
            female = len(self.people) % 2
            for gene in SEX_GENES:
                own[self.base.index.get_loc(gene)] = 4.0 * ((gene in ("XIST", "TSIX")) == female)
            self.people[person] = own
        noise = self.rng.normal(0, 0.25, GENES)
        effects = ill * self.disease.to_numpy() + drug * self.drug.to_numpy()
        self.columns.append(self.base.to_numpy() + self.people[person] + effects + noise)
        self.rows.append(fields)

    def samples(self, first: int) -> dict[str, list[str]]:
        """Fields by key, with accessions from GSM`first` on; empty where a sample lacks one."""
        keys = dict.fromkeys(key for row in self.rows for key in row)
        listed = {key: [row.get(key, "") for row in self.rows] for key in keys}
        given = listed.pop("geo_accession", None)
        return {
            "geo_accession": given or [f"GSM{first + n}" for n in range(len(self.rows))],
            **listed,
        }

    def values(self, names: list[str]) -> pd.DataFrame:
        """Log2 expression, genes x samples."""
        return pd.DataFrame(np.column_stack(self.columns), self.base.index, names)


def _blood(seed: int, reverted: tuple[str, ...], induced: tuple[str, ...]) -> Blood:
    plain = symbols()[len(IFN) + len(IL1) + len(SEX_GENES) :]
    return Blood(np.random.default_rng(seed), (*reverted, *plain[:40]), (*induced, *plain[40:65]))


def _publish(
    root: Path, accession: str, platform: str, samples: dict[str, list[str]], values: pd.DataFrame
) -> None:
    text = series_matrix(samples, values, platform, accession)
    folder = f"series/{accession[:-3]}nnn/{accession}/matrix"
    write_gz(root / folder / f"{accession}_series_matrix.txt.gz", text)


def _characteristics(**found: str) -> dict[str, str]:
    return {f"characteristics {key}": f"{key.replace('_', ' ')}: {v}" for key, v in found.items()}


def gse17590(root: Path) -> Blood:
    """84 unlogged samples of 24 patients at three visits and 15 healthy, some signals below 0."""
    blood = _blood(17590, IL1, IFN)
    for n in range(24):
        for visit, ill, drug in (("day 1", 1, 0), ("month 1", 0.6, 0.5), ("month 6", 0, 1)):
            if visit == "month 6" and n >= 21:
                continue  # stopped before
            blood.draw(f"P{n}", ill, drug, title=f"child {n + 1:02}, {visit}", **_characteristics(
                subject=f"A{n + 1:02}", time_point=visit, disease_status="SoJIA"))  # fmt: skip
    for n in range(15):
        blood.draw(f"H{n}", 0, 0, title=f"healthy child {n + 1:02}", **_characteristics(
            subject=f"HC{n + 1:02}", disease_status="healthy control"))  # fmt: skip
    samples = blood.samples(438001)
    values = 2 ** blood.values(samples["geo_accession"])
    dark = pd.Index([f"DARK{n}" for n in range(250)])  # probes without signal
    noise = blood.rng.normal(6, 8, (len(dark), values.shape[1]))
    values = pd.concat([values, pd.DataFrame(noise, dark, values.columns)])
    values = (values + blood.rng.normal(0, 4, values.shape)).round(1)
    names = [OLD.get(name, "" if name.startswith("DARK") else name) for name in values.index]
    values.index = pd.Index([f"ILMN_{10000 + n}" for n in range(len(values))])
    _publish(root, "GSE17590", "GPL6106", samples, values)
    rows = "".join(f"{p}\t{s}\tof {s}\n" for p, s in zip(values.index, names, strict=True))
    head = "^PLATFORM = GPL6106\n!Platform_last_update_date = Jan 01 2010\n#ID = probe\n"
    table = f"!platform_table_begin\nID\tSymbol\tDefinition\n{rows}!platform_table_end\n"
    soft = head + table + _tables(samples, values)
    write_gz(root / "platforms/GPL6nnn/GPL6106/soft/GPL6106_family.soft.gz", soft)
    write_gz(root / "series/GSE17nnn/GSE17590/soft/GSE17590_family.soft.gz",
             "^SERIES = GSE17590\n!Series_geo_accession = GSE17590\n" + soft)  # fmt: skip
    return blood


def _tables(samples: dict[str, list[str]], values: pd.DataFrame) -> str:
    """Samples of a SOFT family file, each with its table of signal and detection."""
    parts = []
    for n, name in enumerate(samples["geo_accession"]):
        lines = [f"^SAMPLE = {name}", f"!Sample_title = {samples['title'][n]}"]
        lines += [
            f"!Sample_characteristics_ch1 = {cells[n]}"
            for key, cells in samples.items()
            if key.startswith("characteristics") and cells[n]
        ]
        lines += [
            "!Sample_platform_id = GPL6106",
            "!sample_table_begin",
            "ID_REF\tVALUE\tDetection",
        ]
        lines += [f"{p}\t{v}\t{float(v < 20)}" for p, v in values[name].items()]
        parts.append("\n".join([*lines, "!sample_table_end", ""]))
    return "".join(parts)


def _u133(root: Path, blood: Blood, accession: str, first: int) -> None:
    """Publish a series of log2 values on GPL570, whose annotation is GEO's own."""
    samples = blood.samples(first)
    values = blood.values(samples["geo_accession"]).round(4)
    names = list(values.index)
    values.index = pd.Index([f"{200000 + n}_at" for n in range(len(values))])
    both = values.iloc[[0]].rename(index={"200000_at": "1552256_a_at"})
    _publish(root, accession, "GPL570", samples, pd.concat([values, both]))
    rows = "".join(f"{p}\tof {s}\t{s}\n" for p, s in zip(values.index, names, strict=True))
    rows += "1552256_a_at\tof two\tCFB///C2\n"
    write_gz(
        root / "platforms/GPLnnn/GPL570/annot/GPL570.annot.gz",
        "^Annotation\n!Annotation_date = Mar 01 2018\n!platform_table_begin\n"
        f"ID\tGene title\tGene symbol\n{rows}!platform_table_end\n",
    )


def gse80060(root: Path) -> Blood:
    """The samples of config/samples/gse80060.tsv, patients with one sample, and 16 healthy.

    Two in three patients respond; the others keep what the disease does.
    """
    blood = _blood(80060, IL1, IFN)
    sheet = pd.read_csv(HOME / "config/samples/gse80060.tsv", sep="\t", dtype=str)
    for name, person, visit, _ in sheet.sort_values("sample").to_numpy():
        good, after = int(person) % 3 > 0, visit == "day3"
        blood.draw(
            person, 0.1 if after and good else 1, float(after), geo_accession=name,
            title=f"blood {person}",
            **_characteristics(disease_status="SJIA", acr="90" if good else "30"),
        )  # fmt: skip
    for n in range(22):
        alone = n < 6  # patients with one sample; the others are healthy
        fields = {"disease_status": "SJIA", "acr": "0"} if alone else {"disease_status": " Healthy"}
        blood.draw(
            f"{n}", float(alone), 0, geo_accession=f"GSM{2112300 + n}", title=f"blood {n}",
            **_characteristics(**fields),
        )  # fmt: skip
    _u133(root, blood, "GSE80060", 0)
    return blood


def gse39088(root: Path) -> Blood:
    """26 patients at three visits, 20 healthy, and blood of 4 of them stimulated in vitro.

    Arm, dose and day stand in the source, the patient in the title.
    """
    blood = _blood(39088, IFN, ())
    doses = [(0, 0)] * 7 + [(30, 3)] * 3 + [(60, 3)] * 2 + [(60, 4)] * 3 + [(120, 3)] * 3
    doses += [(120, 4)] * 3 + [(240, 3)] * 2 + [(240, 4)] * 3
    for n, (dose, injections) in enumerate(doses):
        for visit, ill in (("baseline", 1.0), ("day 112", 0.1), ("day 168", 0.3)):
            arm = f"SLE Patient, IFN-K {dose} microgram, {injections} injections"
            blood.draw(
                f"P{n}", ill if dose else 1.0, 0,
                title=f"DNA11{len(blood.rows):03}-1A Whole blood sample, SLE patient {n + 1}",
                source_name_ch1=f"{arm if dose else 'SLE patient, Placebo'}, {visit}",
            )  # fmt: skip
    for n in range(24):
        drawn = " (unstimulated = DNA10)" if n >= 20 else ""
        does = "in vitro IFNa-Mix stimulation (4H)" if drawn else "no treatment"
        blood.draw(
            f"H{n % 20}", 2.0 if drawn else 0, 0,
            title=f"DNA10{n:03}-2A Whole blood sample, healthy individual, {does}",
            source_name_ch1=f"Healthy individual{drawn or ', in the absence of any treatment'}",
        )  # fmt: skip
    _u133(root, blood, "GSE39088", 955001)
    return blood
