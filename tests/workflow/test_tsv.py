"""Tables are written as pandas writes them, byte for byte."""

import numpy as np
import pandas as pd
import pytest

import tsv

PLAIN = ["S1", "", "NA", "007", "1e5", "a b", "Müller", "#x", "'", "x,y", "\u2028", "-"]
ODD = ["tab\there", 'say "so"', "two\nlines", "old\rend"]


def drawn(rng, n, words):
    """A table of every kind of column, each with something missing where it can have that."""
    floats = rng.integers(0, 2**64, n, dtype=np.uint64).view(float)
    floats[: min(n, 6)] = [np.nan, np.inf, -np.inf, -0.0, 1e16, 9.9999e-5][: min(n, 6)]
    text = rng.choice(np.array([*words, None], dtype=object), n)
    return pd.DataFrame(
        {
            "text": text,
            "float": floats,
            "short": np.round(rng.normal(size=n), 2),
            "whole": rng.integers(-(10**17), 10**17, n),
            "mixed": rng.choice(np.array([1, 2.5, "x", None, np.nan, np.float64(0.1)], object), n),
            "bool": rng.choice(np.array([True, False, None], object), n),
            "group": pd.Categorical(text),
        }
    )


def written(table, path):
    tsv.write_tsv(table, path)
    found = path.read_bytes()
    table.to_csv(path, sep="\t", index=False, na_rep="NA", lineterminator="\n")
    return found, path.read_bytes()


@pytest.mark.parametrize("words", [PLAIN, [*PLAIN, *ODD]], ids=["plain", "odd"])
@pytest.mark.parametrize("n", [0, 1, 7, 2500])
def test_bytes_are_those_of_pandas(tmp_path, monkeypatch, words, n):
    monkeypatch.setattr(tsv, "ROWS", 1000)
    table = drawn(np.random.default_rng(n), n, words)
    ours, theirs = written(table, tmp_path / "table.tsv")
    assert ours == theirs
    few = [["text"], ["float"], ["text", "float"], ["group", "whole"], []]
    for columns in few:
        ours, theirs = written(table[columns], tmp_path / "table.tsv")
        assert ours == theirs


def test_kinds_that_are_left_to_pandas(tmp_path):
    table = pd.DataFrame(
        {
            "when": pd.to_datetime(["2020-01-01", None]),
            "single": np.array([0.1, np.nan], dtype=np.float32),
            "maybe": pd.array([1, None], dtype="Int64"),
            "gene": ["A", "B"],
        }
    )
    for name in ("when", "single", "maybe"):
        ours, theirs = written(table[[name, "gene"]], tmp_path / "table.tsv")
        assert ours == theirs


def test_most_rows_of_results_are_written_without_pandas(tmp_path):
    table = drawn(np.random.default_rng(3), 50, PLAIN)
    assert tsv._rows(table) is not None
    assert tsv._rows(drawn(np.random.default_rng(3), 50, ODD)) is None
