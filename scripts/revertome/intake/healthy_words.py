"""What a sheet calls the people that are taken for healthy."""

import re
import warnings

import pandas as pd

from revertome.intake.columns import few

SICK = re.compile(
    r"disease|disorder|syndrome|itis\b|(scler|cirrh|fibr|thromb|tubercul|arthr)osis|psoria|cancer|carcinoma|tumou?r|leuk|lymphoma|sepsis|septic|"
    r"infect|lupus|diabet|asthma|anaemia|anemia|fever|flare|patient|symptomatic|other control",
    re.IGNORECASE,
)
# Words that say that there is none of it.
FREE = re.compile(
    r"\b((no|not|without|free of|never) |non[ -]?)(\w+[ -])?\w*"
    r"(disease|diabet|infect|symptomatic|asthma|cancer|itis)\w*|"
    r"\b(un(infect|affect|diseas)|asymptomatic)\w*|"
    r"\b\w*(disease|cancer|tumou?r|symptom|itis)[ -]?(free|none|state|status)",
    re.IGNORECASE,
)


def healthy_by_their_words(words: pd.Series, source: str) -> None:
    """Warn where the words of the sheet for healthy samples name a disease.

    Parameters
    ----------
    words
        What the sheet calls the group of each healthy sample.
    """
    named = words.dropna().astype(str)
    sick = named[[bool(SICK.search(FREE.sub("", word))) for word in named]]
    if len(sick):
        warnings.warn(
            f"{source}: {len(sick)} of {len(words)} healthy samples are called "
            f"{few(sorted(sick.unique()))} in the sheet; if they have a disease, leave them out "
            "with intake.keep or intake.exclude",
            stacklevel=4,
        )
