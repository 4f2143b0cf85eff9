"""Text in every encoding that people save: decoded, or refused in a sentence; never replaced."""

import gzip
import warnings

import pytest

from gene_files import read_gmt
from revertome.errors import StudyError
from revertome.intake.columns import open_text, read_sheet

NAMES = ["Zoë Müller", "Zoé Müller", "Łukasz"]
SHEET = "sample\tpatient\nS1\tZoë Müller\nS2\tZoé Müller\n"


def saved(path, content, zipped=False):
    path.write_bytes(gzip.compress(content) if zipped else content)
    return path


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_without_a_word(tmp_path, encoding, zipped):
    text = SHEET + "S3\tŁukasz\n"
    path = saved(tmp_path / "s.tsv", text.encode(encoding), zipped)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_sheet(path)["patient"].to_list() == NAMES


@pytest.mark.parametrize("zipped", [False, True])
def test_windows_1252_keeps_two_names_apart_and_is_told(tmp_path, zipped):
    path = saved(tmp_path / "s.tsv", SHEET.encode("cp1252"), zipped)
    with pytest.warns(UserWarning, match=r"s\.tsv.*read as Windows-1252 \(ë, ü, é, from line 2 on"):
        assert read_sheet(path)["patient"].to_list() == NAMES[:2]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [("cp850", ["Luc", "Lucá"]), ("cp866", ["Александр", "Александра"]), ("cp437", ["nna", "ánna"]),
     ("cp1252", ["Smith", "Smith\xa0 "]), ("mac_roman", ["Ann", "Ann†"])],
)  # fmt: skip
def test_a_letter_that_would_be_a_space_at_the_end_of_a_name_is_refused(tmp_path, encoding, names):
    """Two children would become one."""
    path = saved(tmp_path / "s.csv", f"sample,patient\nS1,{names[0]}\n".encode(encoding))
    path.write_bytes(path.read_bytes() + f"S2,{names[1]}\n".encode(encoding))
    with pytest.raises(StudyError, match=r"s\.csv: line 3 holds the byte 0xa0 .*save the file as"):
        read_sheet(path)


def test_a_no_break_space_within_a_name_of_windows_1252_stays(tmp_path):
    path = saved(tmp_path / "s.tsv", "sample\tpatient\nS1\tAnn\xa0Lee\n".encode("cp1252"))
    with pytest.warns(UserWarning, match="Windows-1252"):
        assert read_sheet(path)["patient"].to_list() == ["Ann\xa0Lee"]


def test_one_line_of_windows_1252_among_utf_8_is_read_and_told(tmp_path):
    """Two tables put together: each letter is read as it was written."""
    content = "sample\tpatient\nS1\tZoë Müller\n".encode() + "S2\tZoé Müller\n".encode("cp1252")
    path = saved(tmp_path / "s.tsv", content)
    with pytest.warns(UserWarning, match="from line 3 on"):
        assert read_sheet(path)["patient"].to_list() == NAMES[:2]


def test_quotes_and_dashes_of_word_processors_are_read(tmp_path):
    path = saved(tmp_path / "s.tsv", "sample\tage\nS1\t10–12 “years” €\n".encode("cp1252"))
    with pytest.warns(UserWarning, match="–, “, ”, €"):
        assert read_sheet(path)["age"].to_list() == ["10–12 “years” €"]


def test_a_byte_of_no_encoding_is_named_with_its_line(tmp_path):
    path = saved(tmp_path / "s.tsv", b"sample\tpatient\nS1\tA\nS2\tB\x81\n")
    with pytest.raises(StudyError, match=r"s\.tsv: line 3 holds the byte 0x81, which is neither"):
        read_sheet(path)


@pytest.mark.parametrize(
    "content",
    [SHEET.encode("utf-16-le"), b"GDSC\1\0\0\0", b"sample\0\0\0\tpatient\n"],
    ids=["utf-16 without mark", "binary", "zeros"],
)
def test_zero_bytes_are_no_text(tmp_path, content):
    path = saved(tmp_path / "s.tsv", content)
    with pytest.raises(StudyError, match="is no text in UTF-8 .*save it as UTF-8"):
        read_sheet(path)


def test_utf_16_that_was_cut_is_told(tmp_path):
    path = saved(tmp_path / "s.tsv", SHEET.encode("utf-16")[:-1])
    with pytest.raises(StudyError, match="ends within a character"):
        read_sheet(path)


def test_no_identifier_ever_holds_a_replacement_character(tmp_path):
    """Every byte that Windows-1252 knows, alone after a letter; 0xa0 and 0xad stop elsewhere."""
    known = [b for b in range(0x80, 0x100) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA0, 0xAD)]
    for byte in known:
        path = saved(tmp_path / "s.tsv", b"sample\nA" + bytes([byte]) + b" \n")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with open_text(path) as file:
                text = file.read()
        assert text == f"sample\nA{bytes([byte]).decode('cp1252')} \n" and "\ufffd" not in text


def test_lines_of_a_large_file_are_read_one_by_one(tmp_path):
    """The letter lies beyond the first block that a reader decodes."""
    lines = [f"g{i}\t{i}" for i in range(20000)]
    path = saved(tmp_path / "m.tsv", "\n".join([*lines, "gé\t1"]).encode("cp1252"), True)
    with pytest.warns(UserWarning, match="from line 20001 on"), open_text(path) as file:
        found = [line.rstrip("\n") for line in file]
    assert found == [*lines, "gé\t1"]


def test_gene_sets_of_a_user_are_decoded_as_well(tmp_path):
    path = saved(tmp_path / "own.gmt", "Menü\town\tIFIT1\tMX1\n".encode("cp1252"))
    with pytest.warns(UserWarning, match="Windows-1252"):
        assert read_gmt([path]) == {str(path): ["Menü\town\tIFIT1\tMX1"]}
