"""Headings for people of the columns of result tables: by rule from name and unit."""

import re
from types import MappingProxyType

from revertome.columns.form import Column

# Names that limma gave to a field, and those whose words say too little.
WHOLE = MappingProxyType(
    {
        "logFC": "log2 fold change",
        "CI.L": "95% CI from",
        "CI.R": "95% CI to",
        "own.L": "95% CI, own variances, from",
        "own.R": "95% CI, own variances, to",
        "DeLong.L": "95% CI (DeLong) from",
        "DeLong.R": "95% CI (DeLong) to",
        "AveExpr": "mean expression",
        "P.Value": "p",
        "adj.P.Val": "adjusted p",
        "P.own": "p, own variances",
        "adj.P.own": "adjusted p, own variances",
        "B": "log odds (B)",
        "NES": "enrichment score (NES)",
        "lfc": "fold change tested against",
        "jaccard": "overlap (Jaccard)",
        "disattenuated": "correlation, true effects",
        "disattenuated_CI.L": "95% CI, true effects, from",
        "disattenuated_CI.R": "95% CI, true effects, to",
        "df": "degrees of freedom",
        "df_healthy": "degrees of freedom, healthy",
        "sd_ratio": "SD of patients over healthy",
        "p_pearson": "p (Pearson)",
        "p_yates": "p (Yates)",
        "p_fisher": "p (Fisher)",
        "n_genes_thresholds": "genes, two thresholds",
        "expected_by_chance": "expected by chance",
        "joint_limit": "limit of the joint region",
    }
)
# Beginnings and ends of names, with what stands for them; `{}` is the rest in words.
BEGIN = MappingProxyType(
    {
        "adj_p_": "adjusted p, {}",
        "adj.P.": "adjusted p, {}",
        "p_": "p, {}",
        "P.": "p, {}",
        "se_": "standard error, {}",
        "expected_false_": "expected false, {}",
    }
)
END = MappingProxyType(
    {
        "_nonresponders": "{} in non-responders",
        "_responders": "{} in responders",
        "_all": "{} in all patients",
        "_fcr_low": "{} from, adjusted for selection",
        "_fcr_high": "{} to, adjusted for selection",
        "_low": "{} from",
        "_high": "{} to",
        "_interval": "{}: interval",
        "_percent_change": "{} change",
        ".L": "{} from",
        ".R": "{} to",
    }
)
WORDS = MappingProxyType(
    {
        "nonresponders": "non-responders",
        "sd": "SD",
        "pc": "PC",
        "rle": "RLE",
        "iqr": "IQR",
        "id": "ID",
        "xist": "XIST",
        "followup": "follow-up",
        "recovered": "recovered fraction",
        "pearson": "Pearson",
        "spearman": "Spearman",
        "jaccard": "Jaccard",
        "df": "degrees of freedom",
        "logFC": "log2 fold change",
    }
)
# What is counted, and no part of it.
PEOPLE = ("patients", "people", "pairs", "samples", "responders", "non-responders", "genes")
# Units that are none, or that the words hold already.
UNSAID = re.compile(r"|-?\d to 1|as .*|of .*|none|share|ln odds|<.*")


def title(name: str, column: Column | None = None) -> str:
    """Head a column for people: `change_nonresponders` is `change in non-responders (log2)`.

    Parameters
    ----------
    name
        Name in the file.
    column
        Its description, for the unit.
    """
    unit = column.unit if column is not None else ""
    words = WHOLE.get(name) or _counted(name, unit) or _worded(name)
    counted = column is not None and column.kind == "integer"
    if UNSAID.fullmatch(unit) or counted or unit in words:
        return words
    return f"{words} ({'%' if unit == 'percent' else unit})"


def _counted(name: str, unit: str) -> str:
    """Words of a number: `n_genes` and, of genes, `n_lost`."""
    if not name.startswith("n_"):
        return ""
    what = _worded(name.removeprefix("n_"))
    if what == unit or what in PEOPLE or not unit.isalpha():
        return f"number of {what}"
    return what if what.startswith(f"{unit} ") else f"{unit}, {what}"


def _worded(name: str) -> str:
    for begin, words in BEGIN.items():
        if name.startswith(begin) and name != begin:
            return words.format(_worded(name.removeprefix(begin)))
    for end, words in END.items():
        if name.endswith(end) and name != end:
            return words.format(_worded(name.removesuffix(end)))
    parts = [WORDS.get(part, part) for part in re.split(r"[_.]+", name) if part]
    return " ".join(parts) or name
