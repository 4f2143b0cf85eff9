"""Cell content: every value and mean is drawn, against healthy people, and words fit."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import small_study
from cell_counts import cell_counts
from figure_tables import read_source, write_source
from followed_study import followed
from revertome.association.courses import courses
from revertome.figures import draw, style
from revertome.source_data import build
from words import misplaced

SIX = ("neutrophils", "cd4_t_cells", "monocytes", "b_cells", "cd8_t_cells", "nk_cells")
ODD = ["screening visit", "week 2 (open)", "end of treatment", "relapse", "week 12", "last"]
STUDIES = {
    "two arms": lambda: followed(
        24, ["enrollment", "month1", "month6"], ["placebo", "drug"], types=SIX[:1]
    ),
    "six types": lambda: followed(20, ["before", "after"], types=SIX),
    "doses": lambda: followed(
        30, ODD, ["placebo", "1 mg", "2 mg", "3 mg", "5 mg", "10 mg"], types=SIX[:4]
    ),
    "no healthy": lambda: followed(9, [str(k) for k in range(15)], healthy=0, types=SIX[:2]),
    "few": lambda: followed(3, ["day 0", "day 1"], (), False, 1, 0.4, types=[*SIX, *"abcdef"]),
    "one visit": lambda: followed(8, ["before"], types=SIX[:3]),
}


def element(table, name):
    return table[table["element"] == name].dropna(axis=1, how="all")


@pytest.fixture(scope="module", params=list(STUDIES))
def table(request):
    return build("cells", STUDIES[request.param]())


def test_words_fit_and_the_picture_is_that_of_the_written_table(table, tmp_path):
    figure = draw("cells", table)
    assert misplaced(figure) == []
    width, height = figure.get_size_inches() * 25.4
    assert round(width) == 183
    assert height <= 247
    sizes = [t.get_fontsize() for t in figure.findobj(Text) if t.get_visible() and t.get_text()]
    assert 6 <= min(sizes) <= max(sizes) <= 8
    write_source(table, tmp_path / "source_data/cells")
    again = draw("cells", read_source(tmp_path / "source_data/cells"))
    assert style.encode(figure, "svg") == style.encode(again, "svg")


def test_every_value_and_mean_is_in_the_table_and_drawn():
    study = STUDIES["six types"]()
    table = build("cells", study)
    points, means, panels = (element(table, name) for name in ("point", "mean", "panel"))
    cells = study["cells"].dropna(subset="percent")
    healthy = element(table, "healthy")
    assert len(points) + len(healthy) == len(cells)
    assert panels["cell_type"].tolist()[0] == "neutrophils"
    assert "CD4 T cells" in panels["text"].tolist()
    well = cells[cells["group"].eq("healthy")].groupby("cell_type")["percent"]
    own = panels.set_index("cell_type")
    np.testing.assert_allclose(own["healthy_mean"], well.mean()[own.index])
    np.testing.assert_allclose(own["healthy_sd"], well.std(ddof=1)[own.index])
    for row in means.to_dict("records"):
        same = ["panel", "group", "visit"]
        here = points[(points[same] == [row[name] for name in same]).all(axis=1)]["value"]
        assert row["mean"] == pytest.approx(here.mean())
        assert row["n"] == len(here)
        half = 0.5 * (row["CI.R"] - row["CI.L"])
        assert row["CI.L"] + half == pytest.approx(row["mean"])
    axes = [ax for ax in draw("cells", table).axes if ax.axison]
    assert len(axes) == len(panels)
    drawn = [np.sort(np.ma.getdata(each.get_offsets())[:, 1]) for each in axes[0].collections
             if len(each.get_offsets()) > 1 and each.get_sizes()[0] == 4]  # fmt: skip
    first = pd.concat([points, healthy]).query("panel == 0")["value"]
    np.testing.assert_allclose(np.sort(np.concatenate(drawn)), np.sort(first))


def test_no_interval_of_two_patients_and_no_band_without_healthy_people():
    few = element(build("cells", STUDIES["few"]()), "mean")
    assert few.loc[few["n"].lt(3)].filter(["CI.L"]).isna().all(axis=None)
    table = build("cells", STUDIES["no healthy"]())
    assert "healthy_mean" not in element(table, "panel")
    assert "Band" not in table.set_index("element").loc["caption", "text"]
    assert element(table, "healthy").empty


def test_classes_of_types_are_told_and_drawn():
    study = small_study.results()
    rows = {"cell_type": ["neutrophils", "lymphocytes"], "class": ["reverted", "unresolved"]}
    table = build("cells", study | {"cell_trajectories": pd.DataFrame(rows)})
    said = table.set_index("element").loc["caption", "text"]
    assert "reverted: Neutrophils; unresolved: Lymphocytes." in said
    shown = [t.get_text() for t in draw("cells", table).findobj(Text)]
    assert {"reverted", "unresolved", "Neutrophils, measured"} <= set(shown)


def test_withheld_numbers_stay_withheld_and_estimates_are_said_to_be_such():
    study = small_study.results()
    cells = cell_counts(study["expression"].obs, source="estimated")
    of = study["expression"], study["scores"], study["labels"], [], study["design"], cells
    course = courses(*of).assign(n=np.nan)
    table = build("cells", study | {"cells": cells, "courses": course})
    said = table.set_index("element").loc["caption", "text"]
    assert "estimated by marker genes" in said
    assert "Patients at each visit: withheld, withheld." in said


def test_nothing_is_drawn_of_a_study_without_cells():
    study = small_study.results()
    gone = {"cells": study["cells"].head(0)}
    gone["courses"] = study["courses"][study["courses"]["kind"].ne("cell_type")]
    table = build("cells", study | gone)
    assert table["element"].tolist() == ["absent", "caption", "alt"]
    assert "Nothing is known of the cells" in table["text"].iloc[0]


def test_a_type_of_which_nothing_was_shown_is_not_said_to_be_unchanged():
    study = STUDIES["six types"]()
    classes = ["reverted", "unchanged", "unchanged", "unresolved", "induced", "partial"]
    study["cell_trajectories"] = pd.DataFrame({"cell_type": SIX, "class": classes})
    table = build("cells", study)
    caption = table.loc[table["element"].eq("caption"), "text"].iloc[0]
    assert "nothing shown: Monocytes, CD4 T cells." in caption
    words = [text.get_text() for text in draw("cells", table).findobj(Text)]
    assert words.count("nothing shown") == 2
    assert "unchanged" not in words
