"""Reading ease of a page in Markdown: `python tests/architecture/reading_ease.py README.md`.

Flesch RF. A new readability yardstick. J Appl Psychol 1948;32:221-33:

    ease = 206.835 - 1.015 * words / sentences - 84.6 * syllables / words

50 to 60 is fairly hard, 60 to 70 plain English. Only prose counts: no code blocks, tables,
headings, pictures, nor the addresses of links. Code within a sentence, such as a file's path, is
one word of all its letters.

A word is a run of letters. A sentence ends at `.`, `!` or `?` before a capital letter, and at the
end of a paragraph or list item (so not after "et al." before a year).

Syllables, the vowel groups with silent e: the runs of the vowels a, e, i, o, u, y of a word, less
one where it ends in a silent e (after a consonant, not "le"; also "es" and "ed" but after s, x, z,
ch, sh, c, g and after t, d); one more for each hiatus, the i of "trial" or "median" before a, o or
u (but for "tion", "cial", "gion"), "ciat" and the e of "video"; at least one.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

SILENT = (
    re.compile(r"[^aeiouyl]e$|[aeiouy]le$"),  # "score", "while"; not "table"
    re.compile(r"[^aeiouysxzcghl]es$|[aeiouy]les$"),  # "genes"; not "changes", "tables"
    re.compile(r"[^aeiouytd]ed$"),  # "joined"; not "tested"
)

HIATUS = re.compile(r"(?<![tscgx])i[aou]|ciat|(?<!p)eo(?!p)")


@dataclass(frozen=True)
class Ease:
    """Counts of a text and its Flesch reading ease."""

    words: int
    sentences: int
    syllables: int

    @property
    def score(self) -> float:
        """Flesch reading ease, 0 (very hard) to 100 (very easy)."""
        return 206.835 - 1.015 * self.words / self.sentences - 84.6 * self.syllables / self.words


def prose(page: str) -> list[str]:
    """Return the paragraphs and list items of a Markdown page as plain sentences."""
    text = re.sub(r"^```.*?^```", "\n", page, flags=re.M | re.S)
    text = re.sub(r"^(#|\||    ).*$", "\n", text, flags=re.M)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "\n", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"`([^`]*)`", lambda code: re.sub(r"[^A-Za-z]", "", code[1]), text)
    text = re.sub(r"^\s*([-*]|\d+\.) ", "\n\n", text, flags=re.M)
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return [part for part in parts if part]


def syllables(word: str) -> int:
    """Count the syllables of a word by its vowel groups."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word)) + len(HIATUS.findall(word))
    return max(1, groups - any(pattern.search(word) is not None for pattern in SILENT))


def ease(page: str) -> Ease:
    """Measure a Markdown page."""
    sentences = [
        found
        for part in prose(page)
        for sentence in re.split(r"(?<=[.!?])[\"”)*]*\s+(?=[\"“(*`]*[A-Z])", part)
        if (found := re.findall(r"[A-Za-z]+(?:['’][A-Za-z]+)?", sentence))
    ]
    words = [word for sentence in sentences for word in sentence]
    return Ease(len(words), len(sentences), sum(map(syllables, words)))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        found = ease(Path(name).read_text("utf-8"))
        mean = found.words / found.sentences
        print(f"{name}: {found.score:.0f}, {found.words} words, {mean:.1f} words a sentence")
