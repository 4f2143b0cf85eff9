"""The last look at the results before they are certified."""

import pytest

from private_codes import write_codes
from private_search import check_table, check_words, holding
from revertome.errors import StudyError

NAMES = ["Quagliozzi", "Zoé Weiß", "P1", "12345", "S0001_a"]


@pytest.mark.parametrize(("text", "found"), [
    ("blood of quagliozzi.", True), ("Quagliozzis", False), ("zoé weiß", True), ("P1", False),
    ("x\t12345\ty", False), ("(s0001_A)", True), ("S0001_ab", False),
    ("aQuagliozzi Quagliozzi", True),
])  # fmt: skip
def test_a_name_is_found_as_a_whole_word(tmp_path, text, found):
    (tmp_path / "intake").mkdir()
    (tmp_path / "intake/fields.tsv").write_text(text, encoding="utf-8")
    assert holding(tmp_path, NAMES) == ["intake/fields.tsv"] * found


def test_no_new_codes_are_drawn_where_the_table_of_the_old_ones_is_gone(tmp_path):
    table, record = tmp_path / "x.tsv", tmp_path / "logs/intake.record.json"
    check_table(str(table), tmp_path)
    record.parent.mkdir()
    record.write_text('{"inputs": {"samples.tsv": "0"}}', encoding="utf-8")
    check_table(str(table), tmp_path)  # which ran without privacy
    record.write_text('{"inputs": {"intake:1": "0"}}', encoding="utf-8")
    with pytest.raises(StudyError, match="put it back, or begin anew"):
        check_table(str(table), tmp_path)
    table.touch()
    check_table(str(table), tmp_path)


def test_what_an_earlier_run_left_stops_the_report(tmp_path):
    private = {"path": str(tmp_path / "x.tsv"), "results": "results", "words": {}}
    results = tmp_path / "results/x"
    (results / "intake").mkdir(parents=True)
    with pytest.raises(StudyError, match="the table of codes is gone"):
        check_words(private, results)
    write_codes({"patient": {"Quagliozzi": "P4711"}, "sample": {}}, private["path"])
    check_words(private, results)
    (results / "intake/draft.yaml").write_text("title: of Quagliozzi", encoding="utf-8")
    with pytest.raises(StudyError, match=r"stand in intake/draft\.yaml of the results"):
        check_words(private, results)
    check_words(private | {"path": None}, results)
    (results / "intake/draft.yaml").unlink()
    with pytest.raises(StudyError, match="stands in title, which"):
        check_words(private | {"words": {"title": "of Quagliozzi"}}, results)
