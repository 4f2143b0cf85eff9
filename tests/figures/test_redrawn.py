"""Each picture again from its source-data file alone, in a process that knows nothing else."""

import re
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

import small_study
from disk import write_table
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.figures.style import encode
from revertome.source_data import build

SCRIPTS = Path(__file__).parents[2] / "scripts"
REDRAW = """
import sys
from pathlib import Path
from disk import read_table
from revertome.figures import draw
from revertome.figures.style import encode
folder = Path(sys.argv[1])
for source in sorted(folder.glob("*.tsv")):
    figure = draw(source.stem, read_table(source))
    for suffix in ("svg", "png"):
        (folder / f"{source.stem}.again.{suffix}").write_bytes(encode(figure, suffix))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Source data, pictures drawn here and pictures drawn by another process."""
    path, study = tmp_path_factory.mktemp("redrawn"), small_study.results()
    for name in FIGURES:
        table = build(name, study)
        write_table(table, path / f"{name}.tsv")
        figure = draw(name, table)
        for suffix in ("svg", "png"):
            (path / f"{name}.{suffix}").write_bytes(encode(figure, suffix))
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})"]
    command[-1] += REDRAW
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_same_picture_in_a_fresh_process(folder, name):
    first, again = ((folder / f"{name}{part}.svg").read_text() for part in ("", ".again"))
    words = re.compile(r"<text[^>]*>([^<]*)</text>|<!-- (.*?) -->")
    assert words.findall(first) == words.findall(again)
    numbers = re.compile(r"-?\d+\.\d+")
    assert numbers.sub("#", first) == numbers.sub("#", again)
    a, b = (np.array(numbers.findall(svg), dtype=float) for svg in (first, again))
    np.testing.assert_allclose(a, b, rtol=0, atol=2e-5)
    x, y = (matplotlib.image.imread(folder / f"{name}{part}.png") for part in ("", ".again"))
    assert x.shape == y.shape
    assert np.abs(x - y).mean() < 1e-4
