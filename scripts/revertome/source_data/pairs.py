"""What is told of every pair of studies: the correlation that is printed, and a verdict."""

from collections.abc import Iterable

import pandas as pd

# Change in responders, or its stand-ins where studies tell no response.
TREATED = ("change_treated", "change_responders", "change_all")
ORDER = ("disease", *TREATED, "change_nonresponders")
ABOUT = {
    "disease": "Disease",
    "change_treated": "Change in responders, or in all patients where response is unknown",
    "change_responders": "Change in responders",
    "change_all": "Change in all patients",
    "change_nonresponders": "Change in non-responders",
}
# The same where there is little room.
BRIEF = {
    "disease": "disease (baseline − healthy)",
    "change_treated": "change in responders, or in all",
    "change_responders": "change in responders",
    "change_all": "change in all patients",
    "change_nonresponders": "change in non-responders",
}
FEW, MOST = 0.25, 0.5  # shares of pairs that agree: of a study apart, and of the others
TESTED = ("agree", "opposite", "axis", "open")  # verdicts of pairs that are tested


def told(concordance: pd.DataFrame) -> pd.DataFrame:
    """Add to `compare/concordance.tsv` what is printed of each pair.

    Returns
    -------
    The pairs with a correlation, contrasts in `ORDER`, and the columns r (of the true effects;
    of the measured ones where that is not known), low, high (its 95% limits), freed (whether r is
    freed of noise). Limits are missing where the table has none.
    """
    wanted = ["disattenuated", "disattenuated_CI.L", "disattenuated_CI.R"]
    table = concordance.reindex(columns=list(dict.fromkeys([*concordance, *wanted])))
    table = table.dropna(subset="pearson")
    freed = table["disattenuated"].notna()
    low, high = table["disattenuated_CI.L"], table["disattenuated_CI.R"]
    table = table.assign(
        r=table["disattenuated"].where(freed, table["pearson"]).astype(float),
        low=low.where(freed).astype(float),
        high=high.where(freed).astype(float),
        freed=freed,
    )
    rank = {name: place for place, name in enumerate(ORDER)}
    keys = ["contrast", "study_a", "study_b"]
    return table.sort_values(
        keys, key=lambda s: s.map(rank) if s.name == "contrast" else s
    ).reset_index(drop=True)


def main_change(contrasts: pd.Series) -> str:
    """The change that most pairs share, treated before responders before all; empty without any."""
    counts = contrasts.value_counts()
    found = [name for name in TREATED if name in counts]
    return max(found, key=lambda name: (counts[name], -found.index(name)), default="")


def main_contrasts(contrasts: pd.Series) -> list[str]:
    """Disease and the main change, as far as there are any."""
    names = ["disease", main_change(contrasts)]
    return [name for name in names if name in set(contrasts)]


def studies_of(pairs: pd.DataFrame) -> list[str]:
    """Studies in order of the median of their r with the others, the highest first.

    Those whose r is freed of noise in no pair come last, in order of their measured r.
    """
    both = [pairs.rename(columns={name: "study"}) for name in ("study_a", "study_b")]
    each = pd.concat([part[["study", "r", "freed"]] for part in both], ignore_index=True)
    found = each.assign(true=each["r"].where(each["freed"])).groupby("study", as_index=False)
    medians = found[["true", "r"]].median()
    order = medians.sort_values(["true", "r", "study"], ascending=[False, False, True])
    return list(order["study"])


def freed_first(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs whose r is freed of noise, where there are any; measured ones are no match for them."""
    return pairs[pairs["freed"]] if pairs["freed"].any() else pairs


def apart(pairs: pd.DataFrame) -> list[str]:
    """Studies that agree with few of the others, which agree with each other.

    Of four or more studies: at least half of the pairs without the study are shown to agree, and
    fewer than a quarter of its own, whose median r is less than half of that of the others: not to
    be shown is not enough. Pairs that are not tested count neither way.
    """
    tested = pairs[pairs["verdict"].isin(TESTED)]
    names = studies_of(tested)
    if len(names) < 4:
        return []
    shown, r = tested["verdict"] == "agree", tested["r"]
    own = {name: tested["study_a"].eq(name) | tested["study_b"].eq(name) for name in names}
    return [
        name
        for name, mine in own.items()
        if mine.sum() > 1
        and shown[mine].mean() < FEW
        and shown[~mine].mean() >= MOST
        and r[mine].median() < r[~mine].median() / 2
    ]


def some(names: Iterable[object], most: int = 5) -> str:
    """Name the first of many: `a, b and 3 others`."""
    listed = [str(name) for name in names]
    if len(listed) > most + 1:
        return f"{', '.join(listed[:most])} and {len(listed) - most} others"
    return " and ".join(part for part in (", ".join(listed[:-1]), listed[-1]) if part)
